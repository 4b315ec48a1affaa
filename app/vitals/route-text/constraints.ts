import { closingBracket } from "./brackets";

/** Constraints that every value meets, and those that only make a value several segments. */
const TRIVIAL: ReadonlySet<string> = new Set([
  "",
  ".*",
  ".+",
  ".*?",
  ".+?",
  "*",
  "[^/]+",
  "[^/]*",
  "[^/]+?",
  "path",
  "str",
  "string",
]);

const isTrivial = (constraint: string): boolean =>
  TRIVIAL.has(constraint.replace(/^\^/, "").replace(/\$$/, "").replaceAll("\\/", "/"));

/** A name of a value at the end of a text: `:id` or `$id`. */
const AFTER_NAME = /[:$][\p{L}_][\p{L}\p{N}_-]*$/u;

/** What begins optional segments, or an optional suffix such as Rails' `(.:format)`. */
const isGroup = (content: string): boolean => /^(?:\/|[.-]:)/.test(content);

/** Whether the brackets `open` with this content constrain a value, seen from the text before them. */
function constrains(open: string, content: string, before: string): boolean {
  if (open === "[") return content.includes("=");
  if (isGroup(content)) return isConstrained(content);
  if (AFTER_NAME.test(before)) return !isTrivial(content);
  if (open === "(") return isConstrained(content);
  if (/<.*>/s.test(content)) return true;
  const [first = "", ...rest] = content.split(":");
  if (rest.length === 0) return false;
  // `{id:int}` and `<id:int>` have the constraint behind the name, `<int:id>` before it.
  return !isTrivial(rest.join(":").replace(/[?=].*$/s, "")) && !(open === "<" && isTrivial(first));
}

/**
 * Whether a route in any notation has a value that not every text meets: `:id(\d+)`, `[id=integer]`, `{id:int}`,
 * `<int:id>`. Another route of the site may have the same form with other values.
 */
export function isConstrained(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const open = text[i] ?? "";
    if (!/[[({<]/.test(open)) continue;
    const close = closingBracket(text, i);
    if (close === -1) return true;
    if (constrains(open, text.slice(i + 1, close), text.slice(0, i))) return true;
    i = close;
  }
  return false;
}
