/**
 * A string literal of TraceQL, LogQL and Pyroscope's selectors. All three use Go's syntax, which has all escapes of JSON
 * (https://go.dev/ref/spec#String_literals); only a lone surrogate, which becomes U+FFFD, has none.
 */
export const literal = (text: string): string => JSON.stringify(text.toWellFormed());

/** For RE2. In the URL of a link, a class of one character is shorter than a backslash. */
export const escapeRegex = (text: string): string =>
  text.replace(/[\\^$.|?*+()[\]{}]/g, (sign) => (/[\\^\]]/.test(sign) ? `\\${sign}` : `[${sign}]`));

/** A literal with a regular expression for a label that matches `regex`, or is absent. */
export const orAbsent = (regex: string): string => literal(`|${regex}`);
