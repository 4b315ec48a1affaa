import { randomInt } from "node:crypto";

/**
 * The ids of recent measurements, so that a later report of one counts once. Bounded: between `capacity` and twice as many
 * ids are known, as hashes of 32 bits.
 */
export class RecentIds {
  readonly #seed = randomInt(0xffff_ffff);
  #current = new Set<number>();
  #previous = new Set<number>();

  constructor(private readonly capacity = 100_000) {}

  /** Adds an id. @returns whether it was not known */
  add(id: string): boolean {
    const key = hashOf(id, this.#seed);
    if (this.#current.has(key) || this.#previous.has(key)) return false;
    if (this.#current.size >= this.capacity) {
      this.#previous = this.#current;
      this.#current = new Set();
    }
    this.#current.add(key);
    return true;
  }
}

/** FNV-1a from a random start, with MurmurHash3's finaliser. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
