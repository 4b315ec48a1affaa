import { log } from "../../platform/log.server";
import { isDamage } from "./errors";

/** Remembers that the database file turned out to be damaged, and logs it once. */
export class DamageWatch {
  #found = false;

  constructor(private readonly path: string) {}

  /** Stays `true`: only a restored file and a new start end it. */
  get found(): boolean {
    return this.#found;
  }

  /** Call it with the error of each statement that failed. */
  readonly onFailure = (error: unknown): void => {
    if (this.#found || !isDamage(error)) return;
    this.#found = true;
    log().error(
      { err: error, file: this.path },
      'the database is damaged: no beacon is accepted any more; stop the cockpit and run "npm run restore -- FILE"',
    );
  };
}
