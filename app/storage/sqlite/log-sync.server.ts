import { close, fdatasync, open } from "node:fs";
import { promisify } from "node:util";
import { StatementError } from "./errors";

/** What the system does for a file: `fdatasync` resolves when the file's content is on the disk. */
export type Disk = { fdatasync(file: number): Promise<void> };

const DISK: Disk = { fdatasync: promisify(fdatasync) };

/**
 * Brings commits of `synchronous=NORMAL` from the system's memory to the disk. SQLite itself would do so within the commit:
 * other processes would wait for the disk as long as it has the write lock, and its thread would stand still. The next
 * transaction is written meanwhile, and one sync serves all commits before it.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export class LogSync {
  readonly #log: string;
  readonly #moveAll: () => boolean;
  readonly #disk: Disk;
  #file: number | null = null;
  #current: Promise<void> = Promise.resolve();
  /** The sync after the current one, for commits since that began. */
  #next: Promise<void> | null = null;
  #failed = false;

  /**
   * @param log path of the write-ahead log, which exists from the first write on
   * @param moveAll moves the whole log to the file, and waits for the disk; returns whether nothing is left in the log
   */
  constructor(log: string, moveAll: () => boolean, disk = DISK) {
    this.#log = log;
    this.#moveAll = moveAll;
    this.#disk = disk;
  }

  /**
   * Resolves when all commits before the call are on the disk.
   * @throws StatementError with SQLITE_IOERR_FSYNC: they may be lost with the power. They stay visible
   */
  done(): Promise<void> {
    this.#next ??= this.#current.then(() => {
      const sync = this.#sync();
      this.#next = null;
      this.#current = sync.catch(() => {});
      return sync;
    });
    return this.#next;
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#current;
    if (this.#file !== null) await promisify(close)(this.#file);
    this.#file = null;
  }

  async #sync(): Promise<void> {
    try {
      // After a failure Linux counts pages that it could not write as written, and a log is read only up to its first gap:
      // https://lwn.net/Articles/752063/. SQLite has them in the file then, before anything else counts as durable.
      if (this.#failed && !this.#moveAll())
        throw new Error("the write-ahead log could not be moved after that");
      this.#file ??= await promisify(open)(this.#log, "r+");
      await this.#disk.fdatasync(this.#file);
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StatementError(`The disk failed: ${reason}.`, "SQLITE_IOERR_FSYNC");
    }
  }
}
