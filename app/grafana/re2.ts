import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";

/** Compiled expressions; a page uses one for each of its routes. */
const compiled = new LRUCache<string, RE2JS>({ max: 500 });

/**
 * Whether an RE2 expression matches a whole text, as Tempo and Loki match. Linear in the text: routes come from anybody's
 * beacons, and JavaScript's own engine needs years for some of them.
 */
export function matchesWhole(regex: string, text: string): boolean {
  const known = compiled.get(regex) ?? RE2JS.compile(regex, RE2JS.DOTALL);
  compiled.set(regex, known);
  return known.matches(text);
}
