import type { RouteParts } from "../vitals/route-text/route-parts";
import { escapeRegex } from "./query-text";
import { pathRegex, spanRegex } from "./route-text";
import { type KnownRoute, siblingsOf } from "./siblings";

/** A regular expression for what a span, a log or a metric calls a route; an unreadable one equals its text. */
export function routePattern({ text, parts }: KnownRoute, base: RouteParts): string {
  if (parts === null) return escapeRegex(text);
  const regex = spanRegex(parts, base);
  return new RegExp(`^(?:${regex})$`, "su").test(text) ? regex : `${regex}|${escapeRegex(text)}`;
}

/** A regular expression for a route's paths; an unreadable route is the path itself. */
export const pathPattern = ({ text, parts }: KnownRoute, base: RouteParts): string =>
  parts === null ? escapeRegex(text) : pathRegex(parts, base);

/** A regular expression for the paths of known routes that a route's paths include; `null` for none. */
export function otherPathsPattern(
  { parts }: KnownRoute,
  known: readonly KnownRoute[],
  base: RouteParts,
): string | null {
  const siblings = parts === null ? [] : siblingsOf(parts, known);
  return siblings.length === 0 ? null : siblings.map((one) => pathPattern(one, base)).join("|");
}
