/** The finalizer of MurmurHash3: every bit of the input changes half of the bits of the output. */
function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A named stream of pseudo-random numbers: draws from one stream never change another. `at(index)` starts a sequence that
 * depends only on seed, name and index, so that visit 17 has the same visitor after any visits.
 *
 * The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).
 */
export class Random {
  private readonly key: number;
  private readonly key2: number;
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 1;
  private spareNormal: number | null = null;

  /** @param seed a whole number >= 0 */
  constructor(seed: number, name: string) {
    let key = mix(seed % 0x1_0000_0000) ^ mix(Math.floor(seed / 0x1_0000_0000) + 0x9e3779b9);
    let key2 = 0x243f6a88;
    for (let i = 0; i < name.length; i += 1) {
      key = mix(key + name.charCodeAt(i) + 1);
      key2 = mix(key2 ^ key);
    }
    this.key = key;
    this.key2 = key2;
    this.at(0);
  }

  /** Starts the sequence of a whole number; returns the stream. */
  at(index: number): this {
    const low = mix((index % 0x1_0000_0000) ^ this.key);
    const high = mix(Math.floor(index / 0x1_0000_0000) + this.key2);
    this.s0 = low;
    this.s1 = mix(low + 0x9e3779b9) ^ high;
    this.s2 = mix(this.s1 + this.key2);
    this.s3 = mix(this.s2 ^ this.key) | 1;
    this.spareNormal = null;
    return this;
  }

  /** A whole number, 0 to 2^32 - 1. */
  bits(): number {
    const s1 = this.s1;
    const times5 = Math.imul(s1, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    this.s2 ^= this.s0;
    this.s3 ^= s1;
    this.s1 = s1 ^ this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= s1 << 9;
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21);
    return result >>> 0;
  }

  /** 0 <= x < 1. */
  uniform(): number {
    return this.bits() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Mean 0, standard deviation 1 (Box and Muller, 1958). */
  normal(): number {
    if (this.spareNormal !== null) {
      const spare = this.spareNormal;
      this.spareNormal = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** @param sigma standard deviation of the logarithm */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }
}

/**
 * Creates a function from a uniform number (0 <= x < 1) to an index of `weights`, with their probabilities.
 * @param weights at least one, all positive
 */
export function weightedChoice(weights: readonly number[]): (uniform: number) => number {
  let sum = 0;
  const cumulative = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return (uniform) => {
    const target = uniform * sum;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) <= target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
