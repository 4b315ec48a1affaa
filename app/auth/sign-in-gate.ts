import { clientKey } from "../server/client-key";
import { WriteQueue } from "../storage/sqlite/write-queue";
import { KNOWN_LIMITS, SignInRateLimit } from "./sign-in-rate-limit";

/** Who tries to sign in. */
export type SignInClient = {
  address: string;
  /** Id of a browser that has signed in before; `null` for others. */
  knownBrowser: string | null;
};

/** Why an attempt is not checked, and after how many ms another one may be. */
export type Refusal = { reason: "attempts" | "queue"; wait: number };

/** Checks of each kind of client that run or wait. One needs 32 MiB and a core for about 0.2 s. */
export const MAX_CHECKS = 8;

/** A full queue has a free slot after about so long, in ms. */
const QUEUE_WAIT = 2_000;

/**
 * Decides which attempts to sign in are checked, one after the other. Browsers that signed in before have a budget and a
 * queue of their own, and go first: attempts of others never keep them out.
 */
export class SignInGate {
  readonly #budgets: Readonly<Record<"known" | "other", SignInRateLimit>>;
  readonly #checks = new WriteQueue();
  readonly #pending = { known: 0, other: 0 };

  /** @param clock ms that only grow */
  constructor(clock: () => number) {
    this.#budgets = {
      known: new SignInRateLimit(clock, KNOWN_LIMITS),
      other: new SignInRateLimit(clock),
    };
  }

  /**
   * Runs the check of an attempt.
   * @param check whether the attempt is right
   * @returns its result, or why it did not run: then nothing was counted
   */
  async attempt(client: SignInClient, check: () => Promise<boolean>): Promise<boolean | Refusal> {
    const kind = client.knownBrowser === null ? "other" : "known";
    const key = client.knownBrowser ?? clientKey(client.address);
    const budget = this.#budgets[kind];
    const wait = budget.wait(key);
    if (wait !== null) return { reason: "attempts", wait };
    if (this.#pending[kind] >= MAX_CHECKS) return { reason: "queue", wait: QUEUE_WAIT };
    budget.begin(key);
    this.#pending[kind] += 1;
    try {
      const isRight = await this.#checks.run(kind === "known" ? "urgent" : "background", check);
      if (isRight) budget.succeed(key);
      return isRight;
    } finally {
      this.#pending[kind] -= 1;
    }
  }
}
