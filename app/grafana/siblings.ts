import { canonicalParts } from "../vitals/route-text/canonical-route";
import { parseRoute } from "../vitals/route-text/parse-route";
import { type RoutePart, type RouteParts, withoutBase } from "../vitals/route-text/route-parts";
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

/** Bound of what optional parts multiply to. */
const MAX_VARIANTS = 16;

/** The route with and without its optional parts, as mandatory ones. */
function variants(parts: RouteParts): RouteParts[] {
  let all: RoutePart[][] = [[]];
  for (const part of parts) {
    const inside = part.kind === "group" ? part.parts : [part];
    const isOptional = part.kind === "group" || part.kind === "rest" || ("optional" in part && part.optional);
    const extended = all.map((one) => [...one, ...inside]);
    all = (isOptional ? [...all, ...extended] : extended).slice(0, MAX_VARIANTS);
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

/** Whether a path matches both routes, without optional parts. */
function sharePath(one: RouteParts, other: RouteParts): boolean {
  const failed = new Set<number>();
  const search = (i: number, j: number): boolean => {
    const [mine, its] = [one[i], other[j]];
    if (mine === undefined || its === undefined) return mine === its;
    const key = i * (other.length + 1) + j;
    if (failed.has(key)) return false;
    failed.add(key);
    if (!shareSegment(mine, its)) return false;
    const nextOfMine = mine.kind === "rest" ? [i + 1, i] : [i + 1];
    const nextOfIts = its.kind === "rest" ? [j + 1, j] : [j + 1];
    return nextOfMine.some((a) => nextOfIts.some((b) => search(a, b)));
  };
  return search(0, 0);
}

const matchesPath = (path: string, parts: RouteParts): boolean =>
  new RegExp(`^(?:${pathRegex(parts)})$`, "su").test(path);

/**
 * Whether a path of `route` may belong to `other`, because that is more specific: `/workspace/new` of `/workspace/[id]`.
 * An unreadable route counts as the path that it equals.
 */
export function isSibling(route: RouteParts, other: KnownRoute): boolean {
  if (other.parts === null) return other.text.startsWith("/") && matchesPath(other.text, route);
  const parts = other.parts;
  return (
    isMoreSpecific(parts, route) &&
    variants(parts).some((one) => variants(route).some((its) => sharePath(one, its)))
  );
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
