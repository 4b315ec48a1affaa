import type { Writable } from "node:stream";
import type { Clock } from "../platform/clock.server";

const TERMINAL_INTERVAL = 100;
const LINE_INTERVAL = 5_000;

/**
 * The progress of a long command: on a terminal one line that it rewrites, otherwise a line every few seconds. It is cheap
 * enough to update for every item.
 */
export class Progress {
  private readonly terminal: boolean;
  private readonly every: number;
  private last: number;
  private visible = false;

  /** @param clock monotonic, in ms */
  constructor(
    private readonly stream: Writable & { isTTY?: boolean },
    private readonly clock: Clock,
  ) {
    this.terminal = stream.isTTY === true;
    this.every = this.terminal ? TERMINAL_INTERVAL : LINE_INTERVAL;
    this.last = clock();
  }

  /** @param text one line without a line feed; called only when it is due */
  update(text: () => string): void {
    const now = this.clock();
    if (now - this.last < this.every) return;
    this.last = now;
    this.stream.write(this.terminal ? `\r\x1b[K${text()}` : `${text()}\n`);
    this.visible = true;
  }

  /** Writes a last line, which stays. */
  finish(text: string): void {
    this.clear();
    this.stream.write(`${text}\n`);
  }

  /** Erases the line, so that other output can follow. */
  clear(): void {
    if (this.terminal && this.visible) this.stream.write("\r\x1b[K");
    this.visible = false;
  }
}
