import { randomInt } from "node:crypto";

/**
 * The ids of recent measurements, so that a later report of one counts once. Bounded: between `capacity` and twice as many
 * ids are known, as hashes of 32 bits.
 */
export class RecentIds {
  readonly #seed = randomInt(0xffff_ffff);
  #current: HashSet;
  #previous: HashSet;

  constructor(private readonly capacity = 100_000) {
    this.#current = new HashSet(capacity);
    this.#previous = new HashSet(capacity);
  }

  /** Adds an id. @returns whether it was not known */
  add(id: string): boolean {
    const hash = hashOf(id, this.#seed);
    if (this.#previous.has(hash) || this.#current.has(hash)) return false;
    if (this.#current.size >= this.capacity) {
      const oldest = this.#previous;
      this.#previous = this.#current;
      this.#current = oldest;
      oldest.clear();
    }
    this.#current.add(hash);
    return true;
  }
}

/**
 * Numbers of 32 bits without 0, in a table with linear probing: a `Set` of as many needs several times the memory and the
 * time, and copies all of them whenever it grows.
 * @see https://en.wikipedia.org/wiki/Linear_probing
 */
class HashSet {
  readonly #slots: Int32Array;
  readonly #mask: number;
  size = 0;

  /** @param capacity most numbers: half of the slots stay empty */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * capacity));
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  has(number: number): boolean {
    return this.#slots[this.#slotOf(number)] !== 0;
  }

  add(number: number): void {
    this.#slots[this.#slotOf(number)] = number;
    this.size += 1;
  }

  clear(): void {
    this.#slots.fill(0);
    this.size = 0;
  }

  /** The slot of a number, or the empty one where it belongs. */
  #slotOf(number: number): number {
    let slot = number & this.#mask;
    for (;;) {
      const other = this.#slots[slot];
      if (other === number || other === 0) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** FNV-1a from a random start, with MurmurHash3's finaliser; never 0. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16) || 1;
}
