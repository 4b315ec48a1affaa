import { OTHER } from "../vitals/measurement";
import { RouteSpellings } from "../vitals/route-text/route-spellings";

/** Cached routes, each under all its spellings: those below the cardinality limit, and those recently rejected by it. */
export class KnownRoutes {
  readonly #spellings: RouteSpellings;
  readonly #rejected = new Set<string>();

  constructor(isMerging: boolean) {
    this.#spellings = new RouteSpellings(isMerging);
  }

  /** @param accepted the first seen first */
  replace(accepted: readonly string[]): void {
    this.#spellings.replace(accepted);
    this.#rejected.clear();
  }

  /** The texts that are neither accepted nor rejected yet, one of each route: the first. */
  unknown(texts: Iterable<string>): string[] {
    const unknown = new Map<string, string>();
    for (const text of texts) {
      if (text === OTHER || this.#rejected.has(text) || this.has(text)) continue;
      const identity = this.#spellings.identityOf(text);
      const key = identity ?? `=${text}`;
      if (!unknown.has(key)) unknown.set(key, text);
    }
    return [...unknown.values()];
  }

  /** Forgets that the limit rejected routes. */
  retry(texts: readonly string[]): void {
    for (const text of texts) this.#rejected.delete(text);
  }

  /**
   * Reads the accepted routes again where one of `texts` may be another notation of a route that another process
   * accepted meanwhile.
   */
  async refresh(texts: readonly string[], read: () => Promise<string[]>): Promise<void> {
    if (texts.some((text) => this.#spellings.identityOf(text) !== null))
      this.#spellings.replace(await read());
  }

  /** Adds `accepted` to the accepted routes, and the other `candidates` to the rejected ones. */
  add(candidates: readonly string[], accepted: readonly string[]): void {
    const admitted = new Set(accepted);
    for (const text of candidates) {
      if (admitted.has(text)) this.#spellings.add(text);
      else this.#rejected.add(text);
    }
  }

  has = (text: string): boolean => this.#spellings.spellingOf(text) !== null;

  nameOf = (text: string): string => this.#spellings.spellingOf(text) ?? OTHER;
}
