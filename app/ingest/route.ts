import { isCleanText } from "../vitals/text";
import { isId, isIdAfter, readable } from "./route-segment";

/** A segment as a person would write it, or as it stands where decoding would not be safe. */
function decodeSegment(segment: string): string {
  try {
    const decoded = decodeURIComponent(segment);
    return isCleanText(decoded) && !decoded.includes("/") ? decoded : segment;
  } catch {
    return segment;
  }
}

/** Segments of a rule that stand for any: `:slug`, and `[slug]`, as routes are written. */
const isPlaceholder = (part: string): boolean => part.startsWith(":") || /^\[[\w-]+\]$/.test(part);

/** Whether a path (as segments) fits a rule: `:name` or `[name]` takes one segment, a final `*` all that is left. */
function fits(rule: readonly string[], path: readonly string[]): boolean {
  const open = rule.at(-1) === "*";
  if (open ? path.length < rule.length - 1 : path.length !== rule.length) return false;
  return rule.every(
    (part, i) => (part === "*" && i === rule.length - 1) || isPlaceholder(part) || part === path[i],
  );
}

/** A segment without its parameters (`;jsessionid=…`), which no route has. */
const withoutParameters = (segment: string): string => segment.split(/;|%3b/i, 1)[0] ?? "";

const segmentsOf = (path: string): string[] =>
  path
    .split("/")
    .map(withoutParameters)
    .filter((segment) => segment !== "");

/** The path of an absolute URL or of a path, without query and fragment; `null` when it is neither. */
export function pathOf(url: string): string | null {
  try {
    const { pathname } = new URL(url, "http://localhost");
    // What follows the colon of about:, data: or javascript: is no path.
    return pathname.startsWith("/") ? pathname : null;
  } catch {
    return null;
  }
}

/**
 * The route of a path: the first of the operator's `rules` that fits, else the path itself with everything that names one
 * thing or person, or is secret, written as `[id]` (see `isId`), whatever was encoded how often.
 */
export function normaliseRoute(path: string, rules: readonly string[]): string {
  const segments = segmentsOf(path).map(decodeSegment);
  const rule = rules.find((candidate) => fits(segmentsOf(candidate).map(decodeSegment), segments));
  if (rule !== undefined) return rule;
  const texts = segments.map(readable);
  const named = segments.map((segment, i) => {
    const text = texts[i] ?? "";
    return isId(text) || isIdAfter(texts[i - 1] ?? "", text) ? "[id]" : segment;
  });
  return `/${named.join("/")}`;
}
