import { isCleanText } from "../vitals/text";
import { decodeFully, isId, isIdAfter } from "./route-segment";

/** Decodes a segment; returns it unchanged if the result has control characters or a slash. */
function decodeSegment(segment: string): string {
  try {
    const decoded = decodeURIComponent(segment);
    return isCleanText(decoded) && !decoded.includes("/") ? decoded : segment;
  } catch {
    return segment;
  }
}

/** Whether a segment of a rule matches any segment: `:slug` or `[slug]`. */
const isPlaceholder = (part: string): boolean => part.startsWith(":") || /^\[[\w-]+\]$/.test(part);

/** Whether a path matches a rule, both as segments: a placeholder matches one segment, a final `*` all the rest. */
function matchesRule(rule: readonly string[], path: readonly string[]): boolean {
  const open = rule.at(-1) === "*";
  if (open ? path.length < rule.length - 1 : path.length !== rule.length) return false;
  return rule.every(
    (part, i) => (part === "*" && i === rule.length - 1) || isPlaceholder(part) || part === path[i],
  );
}

/** Removes a segment's parameters (`;jsessionid=…`), which are no part of a route. */
const withoutParameters = (segment: string): string => segment.split(/;|%3b/i, 1)[0] ?? "";

const segmentsOf = (path: string): string[] =>
  path
    .split("/")
    .map(withoutParameters)
    .filter((segment) => segment !== "");

/** The path of an absolute URL or of a path, without query and fragment; `null` for anything else. */
export function pathOf(url: string): string | null {
  try {
    const { pathname } = new URL(url, "http://localhost");
    // about:, data: and javascript: URLs have no path.
    return pathname.startsWith("/") ? pathname : null;
  } catch {
    return null;
  }
}

/**
 * The route of a path: the first of the operator's `rules` that matches, else the path with `[id]` in place of every
 * segment that identifies one thing or person, or is secret (see `isId`), even if it was encoded several times.
 */
export function normaliseRoute(path: string, rules: readonly string[]): string {
  const segments = segmentsOf(path).map(decodeSegment);
  const rule = rules.find((candidate) => matchesRule(segmentsOf(candidate).map(decodeSegment), segments));
  if (rule !== undefined) return rule;
  const texts = segments.map(decodeFully);
  const named = segments.map((segment, i) => {
    const text = texts[i] ?? "";
    return isId(text) || isIdAfter(texts[i - 1] ?? "", text) ? "[id]" : segment;
  });
  return `/${named.join("/")}`;
}
