import { closingBracket } from "./brackets";
import { parseFileRouteId } from "./file-route-id";
import { optionally, type RoutePart, type RouteParts } from "./route-parts";
import { type Notation, parseSegment } from "./segment";

/** Longer routes are compared as text: links with their patterns would exceed what servers accept as a URL. */
const MAX_PARTS = 32;
const MAX_LENGTH = 1_024;
const MAX_GROUPS = 3;

/** Ids of Remix and React Router; a pattern may start with the same word. */
const FILE_ROUTE = /^routes\/(?=[^:{<*]*$)/;
/** The method that Go's patterns may start with. */
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?=\/)/;
/** What Rails' routes end in. */
const FORMAT = /\(\.:\w+\)$/;
/** Intercepting routes of Next.js, relative to the segments in front of them. */
const INTERCEPTION = /^(\(\.\)|(?:\(\.\.\))+|\(\.\.\.\))(?=[^/.])/;

/** Without a slash at its start: an expression, words, a URL, a name of Django (`shop:detail`), a placeholder (`(other)`). */
const NO_PATH = /^\^|^[^/]*\s[^/]*$|^[^/]*:\/\/|^[\w.]+:[\w.]|^\([^/]*\)$/;

/**
 * Parses a route in the notation of any framework.
 * @param text as a page or a span has it: `/workspace/:id`, `/workspace/[id]`, `workspace/<int:id>/`,
 *   `routes/workspace.$id` …
 * @returns `null` if it is unreadable: an expression, a name, a URL, or longer than links can carry
 */
export function parseRoute(text: string): RouteParts | null {
  if (text.length > MAX_LENGTH || /[\p{Cc}\p{Cs}]/u.test(text)) return null;
  if (FILE_ROUTE.test(text)) return bounded(parseFileRouteId(text.replace(FILE_ROUTE, "")));
  const route = text.replace(METHOD, "").replace(FORMAT, "");
  if (!route.startsWith("/") && NO_PATH.test(route)) return null;
  const notation: Notation = {
    colons: /(?:^|\/):[\p{L}_]/u.test(route),
    dollars: /(?:^|\/)\$(?:[\p{L}_]|$|\/)/u.test(route),
  };
  const budget = { groups: MAX_GROUPS };
  return bounded(parseSegments(route, notation, budget));
}

const bounded = (parts: RouteParts | null): RouteParts | null =>
  parts === null || parts.length > MAX_PARTS ? null : parts;

/** Adds the parts of a segment; some parts replace those before it. */
function addSegment(parts: RoutePart[], segment: string, notation: Notation): boolean {
  if (segment === "") return true;
  const [marker = ""] = INTERCEPTION.exec(segment) ?? [];
  const parsed = parseSegment(segment.slice(marker.length), notation);
  if (parsed === null) return false;
  if (marker === "(...)") parts.length = 0;
  else if (marker.startsWith("(..)"))
    parts.length = Math.max(0, parts.length - marker.length / "(..)".length);
  parts.push(...parsed);
  return true;
}

/** Cuts at the slashes outside of brackets; `{/:lang}` and `(/:lang)` are optional segments. */
function parseSegments(route: string, notation: Notation, budget: { groups: number }): RoutePart[] | null {
  const parts: RoutePart[] = [];
  let segment = "";
  for (let i = 0; i < route.length; i += 1) {
    const character = route[i] ?? "";
    if (character === "/") {
      if (!addSegment(parts, segment, notation)) return null;
      segment = "";
      continue;
    }
    if (!/[[({<]/.test(character)) {
      segment += character;
      continue;
    }
    const close = closingBracket(route, i);
    if (close === -1) return null;
    const content = route.slice(i + 1, close);
    if (/[({]/.test(character) && content.startsWith("/")) {
      if (!addSegment(parts, segment, notation)) return null;
      segment = "";
      budget.groups -= 1;
      const inner = budget.groups < 0 ? null : parseSegments(content, notation, budget);
      if (inner === null) return null;
      parts.push(...optionally(inner));
      i = character === "(" && route[close + 1] === "?" ? close + 1 : close;
      if (!/^(?:$|[/({])/.test(route.slice(i + 1))) return null;
    } else {
      segment += route.slice(i, close + 1);
      i = close;
    }
  }
  return addSegment(parts, segment, notation) ? parts : null;
}
