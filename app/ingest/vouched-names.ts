import { LRUCache } from "lru-cache";
import { clientKey } from "../server/client-key.mjs";
import { createKeyedDigest } from "./keyed-digest";

/** Names whose senders are counted: at most 10 MB. */
const MAX_CANDIDATES = 10_000;

/** Names that are known to have enough senders, so that these are no longer counted. */
const MAX_VOUCHED = 5_000;

/** Vouched names that wait to be written; beyond, further ones stay candidates. */
const MAX_WAITING = 1_000;

/**
 * Counts the clients that named a route or build version, until they are enough to vouch for it: one client can invent
 * names, several that invent the same one are rare. Clients are known by a keyed hash, in the memory of the process.
 */
export class VouchedNames {
  readonly #digest = createKeyedDigest();
  /** By a digest of the name: the hashes of its clients. */
  readonly #candidates = new LRUCache<string, Set<string>>({ max: MAX_CANDIDATES });
  readonly #vouched = new LRUCache<string, true>({ max: MAX_VOUCHED });
  readonly #waiting = new Set<string>();

  /** @param senders how many clients vouch for a name */
  constructor(private readonly senders: number) {}

  /**
   * Counts a client that named `name`.
   * @param address of the client; IPv6 addresses of one /64 count as one client
   * @param isTrusted whether it vouches alone: it sends for many others
   */
  note(name: string, address: string, isTrusted = false): void {
    if (this.#vouched.has(name)) return;
    const digest = this.#digest(name);
    const clients = this.#candidates.get(digest) ?? new Set();
    if (clients.size < this.senders) clients.add(this.#digest(clientKey(address)));
    if ((clients.size < this.senders && !isTrusted) || this.#waiting.size >= MAX_WAITING) {
      this.#candidates.set(digest, clients);
      return;
    }
    this.#candidates.delete(digest);
    this.#vouched.set(name, true);
    this.#waiting.add(name);
  }

  /** Whether enough clients named it, as far as this process knows. */
  has(name: string): boolean {
    return this.#vouched.has(name);
  }

  /** Names that were vouched for since they were last recorded. */
  get waiting(): readonly string[] {
    return this.#waiting.size === 0 ? NONE : [...this.#waiting];
  }

  /** Call it when `names` are recorded. */
  recorded(names: readonly string[]): void {
    for (const name of names) this.#waiting.delete(name);
  }
}

const NONE: readonly string[] = [];
