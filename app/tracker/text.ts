/** C0 and C1 control characters and DEL: a collector refuses names that hold them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const LONGEST_LABEL = 2048;
const LONGEST_TEXT = 256;

/**
 * A route, build version or environment as it may be sent, without the white space that a template engine
 * leaves around it. Anything that a collector would refuse is `undefined`: a page without a name is still
 * measured, a refused measurement is lost.
 */
export function toLabel(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const label = value.trim();
  if (label === "" || label.length > LONGEST_LABEL || CONTROL.test(label)) return undefined;
  try {
    encodeURIComponent(label);
  } catch {
    // Half of a surrogate pair; `isWellFormed` is younger than the browsers that are supported.
    return undefined;
  }
  return label;
}

/** An element's selector or a word of web-vitals, cut to what is worth sending, never inside a character. */
export const toText = (text: string): string => text.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, "");
