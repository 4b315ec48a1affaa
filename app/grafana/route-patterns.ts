import type { RouteParts } from "../vitals/route-text/route-parts";
import { escapeRegex } from "./query-text";
import { matchesWhole } from "./re2";
import { pathRegex, spanRegex } from "./route-text";
import { belowBase, type KnownRoute, siblingsOf } from "./siblings";

/** A regular expression for what a span, a log or a metric calls a route; an unreadable one equals its text. */
export function routePattern(route: KnownRoute, base: RouteParts): string {
  const { text, parts } = belowBase(route, base);
  if (parts === null) return escapeRegex(text);
  const regex = spanRegex(parts, base);
  return matchesWhole(regex, text) ? regex : `${regex}|${escapeRegex(text)}`;
}

/** A regular expression for a route's paths; an unreadable route is the path itself. */
export function pathPattern(route: KnownRoute, base: RouteParts): string {
  const { text, parts } = belowBase(route, base);
  return parts === null ? escapeRegex(text) : pathRegex(parts, base);
}

/** A regular expression for the paths of known routes that a route's paths include; `null` for none. */
export function otherPathsPattern(
  route: KnownRoute,
  known: readonly KnownRoute[],
  base: RouteParts,
): string | null {
  const { parts } = belowBase(route, base);
  const others = base.length === 0 ? known : known.map((one) => belowBase(one, base));
  const siblings = parts === null ? [] : siblingsOf(parts, others);
  return siblings.length === 0 ? null : siblings.map((one) => pathPattern(one, base)).join("|");
}
