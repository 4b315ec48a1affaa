import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FILE_ENDINGS, isProfileId, type ProfileRecord, parseRecord, RETENTION } from "./profile-record";
import { ProfilingError } from "./start-request";

/** Limits of the folder. */
export type StoreLimits = {
  /** Of all profiles together. */
  maxBytes: number;
  /** ms after the start of a profile. */
  maxAge: number;
};

const STORE_LIMITS: StoreLimits = {
  maxBytes: RETENTION.mebibytes * 1024 * 1024,
  maxAge: RETENTION.days * 24 * 60 * 60_000,
};

/** Larger profiles are not stored. */
export const MAX_PROFILE_BYTES = 32 * 1024 * 1024;

/** Profiles in the folder at most, however small they are. */
const MAX_PROFILES = 100;

/** A lock that is older (ms) was left behind by a process that ended. */
const LOCK_ABANDONED = 10_000;

export const BEING_STARTED = "Another profile is being started; try again in a moment.";

/** A stored record; `process` names the process that records it. */
type StoredRecord = ProfileRecord & { process: string };

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** Errors of the file system that the operator can fix, as sentences. */
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full",
  EDQUOT: "The disk quota is used up",
  EROFS: "The file system is read-only",
  EACCES: "This user may not write there",
  EPERM: "This user may not write there",
  ENOTDIR: "A part of the path is no folder",
};

/** The reason of a failed access to `folder`. @returns a sentence without its full stop */
export function fileProblem(error: unknown, folder: string): string {
  const code = codeOf(error);
  const known = FILE_PROBLEMS[code];
  if (known !== undefined) return `${known} (${code}, ${folder})`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * A folder of profiles: `<id>.json` is the record, `<id>.cpuprofile` or `<id>.heapprofile` the profile. Several processes
 * may share it.
 */
export class ProfileStore {
  constructor(
    readonly folder: string,
    private readonly limits: StoreLimits = STORE_LIMITS,
  ) {}

  /** A new id: the time to the second, for people, and random digits. */
  newId(now: number, kind: ProfileRecord["kind"]): string {
    const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "").toLowerCase();
    return `${time}-${kind}-${randomBytes(4).toString("hex")}`;
  }

  /** All records, the newest first. A file that is no record is left out. */
  async records(): Promise<StoredRecord[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
    // Ids begin with the time, so the newest are the last.
    const ids = names.flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []).filter(isProfileId);
    const newest = ids.sort().slice(-2 * MAX_PROFILES);
    const records = await Promise.all(newest.map((id) => this.record(id)));
    return records
      .filter((record): record is StoredRecord => record !== null)
      .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
  }

  /** `null` for an id of no profile. */
  async record(id: string): Promise<StoredRecord | null> {
    if (!isProfileId(id)) return null;
    try {
      const value: unknown = JSON.parse(await readFile(join(this.folder, `${id}.json`), "utf8"));
      const record = parseRecord(value);
      const { process } = value as { process?: unknown };
      return record === null || record.id !== id
        ? null
        : { ...record, process: typeof process === "string" ? process : "" };
    } catch (error) {
      if (error instanceof SyntaxError || codeOf(error) === "ENOENT") return null;
      throw error;
    }
  }

  /** Writes a record in one piece. */
  async write(record: StoredRecord): Promise<void> {
    const file = join(this.folder, `${record.id}.json`);
    await this.#replace(file, JSON.stringify(record));
  }

  /** @throws ProfilingError 404 where there is no such profile, or none that is complete */
  async read(id: string): Promise<{ record: ProfileRecord; content: Buffer }> {
    const record = await this.record(id);
    if (record === null) throw new ProfilingError(404, "There is no profile with this id.");
    if (record.state !== "complete") {
      throw new ProfilingError(404, `The profile is ${record.state}; it has no file.`);
    }
    try {
      return { record, content: await readFile(this.#file(record)) };
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      throw new ProfilingError(404, "The file of this profile was deleted.");
    }
  }

  /**
   * Writes the file of a profile.
   * @returns its size in bytes
   */
  async writeProfile(record: ProfileRecord, content: string): Promise<number> {
    await this.#replace(this.#file(record), content);
    return Buffer.byteLength(content);
  }

  /**
   * Runs `work` while no other process does so in this folder.
   * @param now ms since the epoch
   * @throws ProfilingError 409 where another process holds the lock
   */
  async locked<T>(now: number, work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const lock = join(this.folder, "start.lock");
    await this.#acquire(lock, now);
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }

  /** Deletes profiles over the limits of age, size and number; the newest stays. */
  async prune(now: number): Promise<void> {
    let bytes = 0;
    for (const [i, record] of (await this.records()).entries()) {
      bytes += record.bytes ?? 0;
      const isOver =
        i >= MAX_PROFILES || bytes > this.limits.maxBytes || now - record.startedAt > this.limits.maxAge;
      if (!isOver || i === 0) continue;
      await rm(this.#file(record), { force: true });
      await rm(join(this.folder, `${record.id}.json`), { force: true });
    }
  }

  #file({ id, kind }: ProfileRecord): string {
    return join(this.folder, id + FILE_ENDINGS[kind]);
  }

  /** Writes beside the file and renames, so that nobody reads half of it. What a failed attempt wrote is removed. */
  async #replace(file: string, content: string): Promise<void> {
    const part = `${file}.part`;
    try {
      await writeFile(part, content, { mode: 0o600 });
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  async #acquire(lock: string, now: number): Promise<void> {
    for (const isLast of [false, true]) {
      try {
        const file = await open(lock, "wx");
        // The clock that reads it: that of a file system may be another one.
        await file.utimes(now / 1_000, now / 1_000).finally(() => file.close());
        return;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const mtime = (await stat(lock).catch(() => null))?.mtimeMs ?? null;
      const isHeld = mtime !== null && Math.abs(now - mtime) < LOCK_ABANDONED;
      if (isLast || isHeld) {
        throw new ProfilingError(409, BEING_STARTED, 1);
      }
      await rm(lock, { force: true });
    }
  }
}
