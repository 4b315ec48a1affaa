import type { RoutePart, RouteParts } from "../vitals/route-text/route-parts";
import { escapeRegex } from "./query-text";
import { matchesWhole } from "./re2";

/*
 * Regular expressions for RE2, which Tempo and Loki anchor at both ends. They have no backslashes: a link escapes each
 * twice and percent-encodes it, and older versions of Traces Drilldown don't escape them at all.
 */

/** Folders of SvelteKit that only structure files stay in its `http.route`. */
const GROUPS = "([(][a-z][^/]*/)*";

/** A character within a value; the slash of a constraint such as `[^/]+` follows a caret. */
const INSIDE = "([^/]|[ ^]/)";

/** One value, in any notation; the sign at its start is no part of plain text. */
const ONE = `[:{$<[]${INSIDE}+`;

/** One value that is mandatory. */
const MANDATORY = "(:([^/?]|[ ^]/)+|[{][^/?=-]([^/?=]|[ ^]/)*|[[][^/[]+|[<$][^/]+)";

/** What several segments have in any notation, and single values don't. */
const SEVERAL = "[.][.+]|[{:][0-9A-Za-z_]*[+]|<path:|[^/]:path[}]";
const REST = `([^/]*([*]|${SEVERAL}|[)][+])[^/]*|[$])`;

/** Excludes notations of several segments; `*` and `+` may be signs of a constraint. */
const NOT_SEVERAL = `.*((^|[/{*.(0-9A-Za-z_])[*]|${SEVERAL}|[)][*+](/|$)).*`;

/** One value that is optional, behind its slash; `{/:lang}` has it in brackets. */
const OPTIONAL = "([:{][^/]*[?]|[{][^/]*=|[[][[]|[{(][-$:])[^/]*";

/** The method in front of the patterns of Go. */
const METHOD = "([A-Z]+ )?";

/** An optional suffix such as Rails' `(.:format)`, and a final slash. */
const END = "([({][.]:[^/]*)?/?";

/** The text of a part behind its slash. */
function spanText(part: RoutePart): string {
  switch (part.kind) {
    case "text":
      return escapeRegex(part.text);
    case "one":
      return part.optional ? `[(]?${ONE}` : ONE;
    case "rest":
      return REST;
    case "mixed":
      return part.pieces.map((piece) => (piece === null ? "[:{$<[][^/]+" : escapeRegex(piece))).join("");
    case "group":
      return `${part.parts.map((inner, i) => (i === 0 ? "" : "/") + spanText(inner)).join("")}[)}]?[?]?`;
  }
}

const isOptional = (part: RoutePart): boolean =>
  part.kind === "group" || ((part.kind === "one" || part.kind === "rest") && part.optional);

/** @param first whether nothing precedes the part, so that its slash may be absent */
const spanPart = (part: RoutePart, first: boolean): string =>
  `${isOptional(part) ? "[{(]?" : ""}/${first ? "?" : ""}${GROUPS}${spanText(part)}`;

/** Like `spanPart`, but distinguishes optional and mandatory values. */
function exactPart(part: RoutePart, first: boolean): string {
  if (part.kind !== "one") return spanPart(part, first);
  const slash = `/${first ? "?" : ""}`;
  return part.optional ? `([{(]/${ONE}|${slash}${GROUPS}${OPTIONAL})` : slash + GROUPS + MANDATORY;
}

const spanParts = (parts: RouteParts, write = spanPart): string =>
  parts.map((part, i) => write(part, i === 0)).join("");

/** An optional prefix, such as the base path of Next.js, which some servers leave out. */
const optionalBase = (base: RouteParts, text: (parts: RouteParts) => string): string =>
  base.length === 0 ? "" : `(${text(base)})?`;

/**
 * A regular expression for a span's route in any notation. Without `spanExclusion` a single value also matches several
 * segments such as `{path...}`.
 * @param base path in front of the route, which a span may have or not
 */
export function spanRegex(parts: RouteParts, base: RouteParts = []): string {
  if (parts.length === 0) return `${optionalBase(base, (one) => spanParts(one))}/?([(][a-z][^/]*/?)*`;
  return spanStart(base) + spanParts(parts) + END;
}

/** What a span's route may have in front of the route. */
const spanStart = (base: RouteParts): string => METHOD + optionalBase(base, (one) => spanParts(one));

/**
 * A regular expression for routes that `spanRegex` matches and that are others.
 * @param known routes of the same site, which decide whether optional and mandatory values are to be distinguished
 * @param base path in front of the routes, which a span may have or not
 * @returns `null` where there are none
 */
export function spanExclusion(
  parts: RouteParts,
  known: readonly RouteParts[] = [],
  base: RouteParts = [],
): string | null {
  const texts = parts.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  const excluded: string[] = [];
  if (
    !parts.some(hasRest) &&
    parts.some(({ kind }) => kind === "one") &&
    !texts.some((one) => matchesWhole(NOT_SEVERAL, one))
  ) {
    excluded.push(NOT_SEVERAL);
  }
  for (const other of known) {
    if (hasSameShape(parts, other)) excluded.push(spanStart(base) + spanParts(other, exactPart) + END);
    if (isMixedWhereOne(parts, other)) excluded.push(spanRegex(other, base));
  }
  return excluded.length === 0 ? null : [...new Set(excluded)].slice(0, 3).join("|");
}

const hasRest = (part: RoutePart): boolean =>
  part.kind === "rest" || (part.kind === "group" && part.parts.some(hasRest));

/** Whether another route is the same but for what is optional. */
const hasSameShape = (parts: RouteParts, other: RouteParts): boolean =>
  parts.length === other.length &&
  parts.some((part, i) => isOptional(part) !== isOptional(other[i] ?? part)) &&
  parts.every((part, i) => {
    const its = other[i];
    return (
      its !== undefined && part.kind === its.kind && (part.kind === "one" || spanText(part) === spanText(its))
    );
  });

/** Whether another route has text beside a value where this one has a value alone, as `/files/:name.json` has. */
const isMixedWhereOne = (parts: RouteParts, other: RouteParts): boolean =>
  parts.length === other.length &&
  parts.some(({ kind }, i) => kind === "one" && other[i]?.kind === "mixed") &&
  parts.every((part, i) => {
    const its = other[i];
    return (
      its !== undefined &&
      ((part.kind === "one" && (its.kind === "one" || its.kind === "mixed")) ||
        (part.kind === its.kind && spanText(part) === spanText(its)))
    );
  });

/** A segment of a path; where a query follows it, that is no part of it. */
const SEGMENT = "[^/?]+";

/** A text as browsers and servers write it in a path. */
export const pathSpellings = (text: string): string[] => [
  ...new Set([text, encodeURI(text), encodeURIComponent(text)]),
];

function pathText(text: string): string {
  const spellings = pathSpellings(text).map(escapeRegex);
  return spellings.length === 1 ? (spellings[0] ?? "") : `(${spellings.join("|")})`;
}

function pathPart(part: RoutePart): string {
  switch (part.kind) {
    case "text":
      return `/${pathText(part.text)}`;
    case "one":
      return part.optional ? `(/${SEGMENT})?` : `/${SEGMENT}`;
    case "rest":
      // SvelteKit's and Astro's `[...path]` has no segment as well.
      return "(/[^?]*)?";
    case "mixed":
      return `/${part.pieces.map((piece) => (piece === null ? SEGMENT : pathText(piece))).join("")}`;
    case "group":
      return `(${part.parts.map(pathPart).join("")})?`;
  }
}

const pathParts = (parts: RouteParts): string => parts.map(pathPart).join("");

/** A part where a path has it. */
const present = (part: RoutePart): RouteParts => {
  if (part.kind === "group") return part.parts;
  return part.kind === "one" ? [{ kind: "one", optional: false }] : [part];
};

/**
 * A regular expression for paths below those of a route: a span whose route is this one answered with a mount there, and with
 * no page.
 * @returns `null` for a route that has all paths below it
 */
export const belowPathRegex = (parts: RouteParts, base: RouteParts = []): string | null =>
  parts.length === 0 || parts.some(hasRest)
    ? null
    : `${optionalBase(base, pathParts)}${pathParts(parts.flatMap(present))}/[^?]+`;

/**
 * A regular expression for the paths of a route, percent-encoded or not, without query.
 * @param base path in front of the route, which may be absent
 */
export const pathRegex = (parts: RouteParts, base: RouteParts = []): string =>
  `${optionalBase(base, pathParts)}${pathParts(parts)}/?`;

/**
 * A regular expression for routes of spans that don't identify the page, where the path must decide: a
 * catch-all, a part of this route (a mount, a middleware, a plugin without its prefix), an expression, `unknown`.
 */
export function inconclusiveRegex(parts: RouteParts, base: RouteParts = []): string {
  const segments = parts.slice(0, 8);
  const end = segments.findIndex(hasRest);
  const before = segments
    .slice(0, end === -1 ? parts.length - 1 : end)
    .map((part, i) => spanPart(part, i === 0));
  const start = before.reduceRight((inner, part) => `(${part}${inner})?`, "");
  const [last, ...more] = parts
    .slice(Math.max(1, parts.length - 7))
    .reverse()
    .map((part) => spanText(part));
  const tail = last === undefined ? null : more.reduce((inner, part) => `(${part}/)?${inner}`, last);
  // A rest may be a single value elsewhere.
  const values = end === -1 ? "" : `([{(]?/?[(]?${ONE})*`;
  return [
    `${optionalBase(base, (one) => spanParts(one))}${start}${values}/?${REST}?`,
    ...(tail === null ? [] : [`/?${tail}/?`]),
    "/?[ ^].*",
    "unknown",
  ].join("|");
}
