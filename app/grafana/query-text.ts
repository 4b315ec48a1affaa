/**
 * What Grafana would take for a variable of its own in any query, such as `$__interval`. Variables of other names are
 * made on dashboards, and Explore has none: Remix's `$id` stays as it is.
 */
const BUILT_IN = /\$(?=\{?__)|(?<=\[)\[(?=__)/g;

const asEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * A string as TraceQL, LogQL and Pyroscope's selectors write it. All three read Go's literals, and every escape that
 * JSON makes is one of Go's too; a lone surrogate, which is none, becomes U+FFFD.
 */
export const literal = (text: string): string =>
  JSON.stringify(text.toWellFormed()).replace(BUILT_IN, asEscape);

/** A text as a regular expression (RE2) that matches it alone. */
const escapeRegex = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

/** A regular expression for a label that is either this text or not there at all. */
export const literalOrAbsent = (text: string): string => literal(`|${escapeRegex(text)}`);
