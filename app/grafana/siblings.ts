import { canonicalParts } from "../vitals/route-text/canonical-route";
import { parseRoute } from "../vitals/route-text/parse-route";
import { type RoutePart, type RouteParts, withoutBase } from "../vitals/route-text/route-parts";
import { matchesWhole } from "./re2";
import { pathRegex } from "./route-text";

/** A known route of the site; `parts` is `null` if its text is unreadable. */
export type KnownRoute = { text: string; parts: RouteParts | null };

/** A route without the base path of its site. */
export const belowBase = ({ text, parts }: KnownRoute, base: RouteParts): KnownRoute => ({
  text,
  parts: parts && withoutBase(parts, base),
});

/** Bounds of a link's length. */
const MAX_SIBLINGS = 20;
const MAX_LENGTH = 1_200;

/** Parses known routes; notations of one route count once. */
export function knownRoutes(texts: readonly string[]): KnownRoute[] {
  const known = new Map<string, KnownRoute>();
  for (const text of texts) {
    const parts = parseRoute(text);
    const canonical = parts === null ? `=${text}` : canonicalParts(parts);
    if (!known.has(canonical)) known.set(canonical, { text, parts });
  }
  return [...known.values()];
}

/** How specific a part is; a router tries the more specific route first. */
function rank(part: RoutePart | undefined): number {
  switch (part?.kind) {
    case "text":
      return 5;
    case "mixed":
      return 4;
    case "one":
      return part.optional ? 1 : 3;
    // The end of a route.
    case undefined:
      return 2;
    case "group":
      return 1;
    case "rest":
      return part.optional ? -1 : 0;
  }
}

/** Whether the first part in which two routes differ is more specific in the first route. */
function isMoreSpecific(one: RouteParts, other: RouteParts): boolean {
  const length = Math.max(one.length, other.length);
  for (let i = 0; i < length; i += 1) {
    const difference = rank(one[i]) - rank(other[i]);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** A part of a route, and the indexes that it may be left out to. */
type Step = { part: RoutePart; skips: readonly number[] };

/** The parts of a route in a row; those of a group may be left out together. */
function steps(parts: RouteParts): Step[] {
  const all: Step[] = [];
  for (const part of parts) {
    const start = all.length;
    const inside = part.kind === "group" ? steps(part.parts) : [{ part, skips: [] }];
    const end = start + inside.length;
    const isOptional = part.kind === "group" || part.kind === "rest" || ("optional" in part && part.optional);
    for (const [i, step] of inside.entries()) {
      const skips = step.skips.map((to) => to + start);
      all.push({ part: step.part, skips: i === 0 && isOptional ? [...skips, end] : skips });
    }
  }
  return all;
}

/** Whether one segment may be both. */
function shareSegment(one: RoutePart, other: RoutePart): boolean {
  if (one.kind === "text" && other.kind === "text") return one.text === other.text;
  if (one.kind === "text" && other.kind === "mixed") return matchesPath(`/${one.text}`, [other]);
  if (one.kind === "mixed" && other.kind === "text") return shareSegment(other, one);
  return true;
}

/** Whether a path matches both routes. Visits each pair of their parts once. */
function sharePath(one: readonly Step[], other: readonly Step[]): boolean {
  const visited = new Set<number>();
  const search = (i: number, j: number): boolean => {
    const key = i * (other.length + 1) + j;
    if (visited.has(key)) return false;
    visited.add(key);
    const [mine, its] = [one[i], other[j]];
    if (mine === undefined && its === undefined) return true;
    if (mine?.skips.some((next) => search(next, j)) || its?.skips.some((next) => search(i, next)))
      return true;
    if (mine === undefined || its === undefined || !shareSegment(mine.part, its.part)) return false;
    const nextOfMine = mine.part.kind === "rest" ? [i + 1, i] : [i + 1];
    const nextOfIts = its.part.kind === "rest" ? [j + 1, j] : [j + 1];
    return nextOfMine.some((a) => nextOfIts.some((b) => search(a, b)));
  };
  return search(0, 0);
}

const matchesPath = (path: string, parts: RouteParts): boolean => matchesWhole(pathRegex(parts), path);

/**
 * Whether a path of `route` may belong to `other`, because that is more specific: `/workspace/new` of `/workspace/[id]`.
 * An unreadable route counts as the path that it equals.
 */
export function isSibling(route: RouteParts, other: KnownRoute): boolean {
  if (other.parts === null) return other.text.startsWith("/") && matchesPath(other.text, route);
  return isMoreSpecific(other.parts, route) && sharePath(steps(other.parts), steps(route));
}

/**
 * The known routes that a route's path regex must not match: the first twenty, as far as a link has space for their patterns.
 */
export function siblingsOf(route: RouteParts, known: readonly KnownRoute[]): KnownRoute[] {
  const siblings: KnownRoute[] = [];
  let length = 0;
  for (const other of known) {
    if (siblings.length === MAX_SIBLINGS) break;
    if (length + other.text.length > MAX_LENGTH || !isSibling(route, other)) continue;
    length += other.text.length;
    siblings.push(other);
  }
  return siblings;
}
