/**
 * A string literal of TraceQL, LogQL and Pyroscope's selectors. All three use Go's syntax, which has all escapes of JSON
 * (https://go.dev/ref/spec#String_literals); only a lone surrogate, which becomes U+FFFD, has none.
 */
export const literal = (text: string): string => JSON.stringify(text.toWellFormed());

/** For RE2. */
const escapeRegex = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

/** A regular expression for a label that equals this text, or is absent. */
export const literalOrAbsent = (text: string): string => literal(`|${escapeRegex(text)}`);
