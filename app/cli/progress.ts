import type { Writable } from "node:stream";
import type { Clock } from "../platform/clock.server";

const TERMINAL_INTERVAL = 100;
const LINE_INTERVAL = 5_000;

/**
 * What a long command says while it works: on a terminal one line that is written anew, else (a log) a line
 * every few seconds. Cheap to call for every item.
 */
export class Progress {
  private readonly terminal: boolean;
  private readonly every: number;
  private last: number;
  private shown = false;

  /** @param clock ms that only grow */
  constructor(
    private readonly stream: Writable & { isTTY?: boolean },
    private readonly clock: Clock,
  ) {
    this.terminal = stream.isTTY === true;
    this.every = this.terminal ? TERMINAL_INTERVAL : LINE_INTERVAL;
    this.last = clock();
  }

  /** @param text called only when it is time to say something; one line without its end */
  update(text: () => string): void {
    const now = this.clock();
    if (now - this.last < this.every) return;
    this.last = now;
    this.stream.write(this.terminal ? `\r\x1b[K${text()}` : `${text()}\n`);
    this.shown = true;
  }

  /** The last word, which stays. */
  finish(text: string): void {
    this.clear();
    this.stream.write(`${text}\n`);
  }

  /** Takes the line away, so that something else can be said. */
  clear(): void {
    if (this.terminal && this.shown) this.stream.write("\r\x1b[K");
    this.shown = false;
  }
}
