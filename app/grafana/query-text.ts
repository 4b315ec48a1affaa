/**
 * A string as TraceQL, LogQL and Pyroscope's selectors write it. All three read Go's literals, and every escape that
 * JSON makes is one of Go's too; a lone surrogate, which is none, becomes U+FFFD.
 */
export const literal = (text: string): string => JSON.stringify(text.toWellFormed());

/** A text as a regular expression (RE2) that matches it alone. */
const escapeRegex = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

/** A regular expression for a label that is either this text or not there at all. */
export const literalOrAbsent = (text: string): string => literal(`|${escapeRegex(text)}`);
