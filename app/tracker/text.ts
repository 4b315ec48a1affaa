/** C0 and C1 control characters and DEL, which a collector rejects in labels. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression detects them
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const MAX_LABEL = 2048;
const MAX_TEXT = 256;

/**
 * A valid route, build version or environment, without the surrounding white space of template engines. `undefined` for
 * values that a collector rejects: a page without a label is still measured, a rejected measurement is lost.
 */
export function toLabel(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const label = value.trim();
  if (label === "" || label.length > MAX_LABEL || CONTROL.test(label)) return undefined;
  try {
    encodeURIComponent(label);
  } catch {
    // A lone surrogate. The oldest supported browsers lack `isWellFormed`.
    return undefined;
  }
  return label;
}

/** Truncates a selector or a text of web-vitals, never within a surrogate pair. */
export const toText = (text: string): string => text.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, "");
