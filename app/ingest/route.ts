import { isCleanText } from "../vitals/text";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^\d+$/;
const DATE = /^\d{4}-\d{2}(-\d{2})?(T[\d:.]+Z?)?$/;
/** Hexadecimal digests and object ids: eight digits or more, one of them a figure, or a full-length hash. */
const HASH = /^(?=.*\d)[0-9a-f]{8,}$|^[0-9a-f]{32,}$/i;
/** Longer segments are ids or free text; either would make a route of every page. */
const LONGEST_SEGMENT = 64;
const OPAQUE_LENGTH = 16;

/** Letters and figures mixed as no word mixes them: nanoids, ULIDs, base64, prefixed ids. */
function isOpaque(segment: string): boolean {
  if (segment.length > LONGEST_SEGMENT) return true;
  if (segment.length < OPAQUE_LENGTH || !/^[\w-]+=*$/.test(segment)) return false;
  const changes = segment.match(/[a-z](?=\d)|\d(?=[a-z])/gi) ?? [];
  return changes.length >= 3;
}

const isId = (segment: string): boolean =>
  NUMBER.test(segment) || UUID.test(segment) || DATE.test(segment) || HASH.test(segment) || isOpaque(segment);

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

const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

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
 * The route of a path: the first of the operator's `rules` that fits, else the path itself with numbers,
 * UUIDs, hashes, dates and long opaque segments written as `[id]`.
 */
export function normaliseRoute(path: string, rules: readonly string[]): string {
  const segments = segmentsOf(path).map(decodeSegment);
  const rule = rules.find((candidate) => fits(segmentsOf(candidate).map(decodeSegment), segments));
  if (rule !== undefined) return rule;
  return `/${segments.map((segment) => (isId(segment) ? "[id]" : segment)).join("/")}`;
}
