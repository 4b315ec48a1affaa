import { isStatic, type RouteParts } from "../vitals/route-text/route-parts";
import type { GrafanaConfig } from "./grafana-config";
import { escapeRegex, literal } from "./query-text";
import { matchesWhole } from "./re2";
import { pathPattern } from "./route-patterns";
import { belowPathRegex, inconclusiveRegex, pathRegex, spanExclusion, spanRegex } from "./route-text";
import { belowBase, type KnownRoute, siblingsOf } from "./siblings";

/** The settings that a condition depends on. */
export type ConditionConfig = Pick<GrafanaConfig, "attributes" | "routeBase" | "tempo">;

/** A route of the view, and the others that the cockpit knows. */
export type SearchedRoute = { route: KnownRoute; known: readonly KnownRoute[] };

/** OpenTelemetry's attribute for the route; another one has the operator's own values. */
const HTTP_ROUTE = "span.http.route";
const URL_PATH = "span.url.path";

/** Bytes that Tempo stores of an attribute's value, by default: `distributor.max_attribute_bytes`. */
export const MAX_ATTRIBUTE_BYTES = 2_048;

/** Characters of a condition in a URL: with a longer one, a link may exceed the 8 kB that nginx accepts. */
const MAX_LENGTH = 6_400;

/** A link has the condition in JSON, percent-encoded. */
const lengthInUrl = (condition: string): number => encodeURIComponent(JSON.stringify(condition)).length;

/** Attributes that hold a path, with what surrounds it in a regular expression. */
type PathAttribute = { name: string; before: string; after: string };

const ORIGIN = "[^/]+//[^/]+";
const QUERY = "([?].*)?";

/** Older semantic conventions have the target; some instrumentations have the whole URL alone. */
const FURTHER_PATHS: readonly PathAttribute[] = [
  { name: "span.http.target", before: "", after: QUERY },
  { name: "span.url.full", before: ORIGIN, after: QUERY },
  { name: "span.http.url", before: ORIGIN, after: QUERY },
];

/** Whether routes are searched in all notations and by path, and not only by equality. */
export const searchesNotations = ({ attributes }: Pick<GrafanaConfig, "attributes">): boolean =>
  attributes.route === HTTP_ROUTE;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Whether Tempo cuts off a part of this route when a span arrives. */
export const isCutByTempo = (route: string): boolean => bytesOf(route) > MAX_ATTRIBUTE_BYTES;

/** Equality with what Tempo stores of a value; a cut may leave bytes of half a character. */
function equals(attribute: string, text: string): string {
  const wellFormed = text.toWellFormed();
  if (!isCutByTempo(wellFormed)) return `${attribute} = ${literal(wellFormed)}`;
  const bytes = new TextEncoder().encode(wellFormed).subarray(0, MAX_ATTRIBUTE_BYTES);
  const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true });
  return bytesOf(whole) === MAX_ATTRIBUTE_BYTES
    ? `${attribute} = ${literal(whole)}`
    : `${attribute} =~ ${literal(`${escapeRegex(whole)}.{0,3}`)}`;
}

const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 1 ? (conditions[0] ?? "") : `(${conditions.join(" || ")})`;

/** @param exclusion `null` for none */
const matching = (attribute: string, regex: string, exclusion: string | null): string =>
  exclusion === null
    ? `${attribute} =~ ${literal(regex)}`
    : `(${attribute} =~ ${literal(regex)} && ${attribute} !~ ${literal(exclusion)})`;

/** @param regexes one of them matches */
const around = ({ before, after }: PathAttribute, regexes: readonly string[]): string => {
  const all = regexes.join("|");
  return before + after === "" ? all : `${before}(${all})${after}`;
};

/** Spans whose path one of the patterns matches, and none of the exclusions. */
const byPath = (
  paths: readonly PathAttribute[],
  regexes: readonly string[],
  exclusions: readonly string[],
): string =>
  anyOf(
    paths.map((path) =>
      matching(path.name, around(path, regexes), exclusions.length === 0 ? null : around(path, exclusions)),
    ),
  );

/** Whether the base path itself may be a value of the route: `/base/v` of `/[a]/[b]`. */
const isReadTwice = ([first]: RouteParts, base: RouteParts): boolean =>
  base.length > 0 && first !== undefined && first.kind !== "text";

/** Spans by their path, below the base path or without it; a path below it is read in that way alone. */
function byOwnPath(
  parts: RouteParts,
  siblings: readonly KnownRoute[],
  base: RouteParts,
  paths: readonly PathAttribute[],
): string {
  const below = (start: RouteParts): string[] =>
    siblings.map((other) =>
      other.parts === null ? pathPattern(other, start) : pathRegex([...start, ...other.parts]),
    );
  if (!isReadTwice(parts, base)) {
    return byPath(
      paths,
      [pathRegex(parts, base)],
      siblings.map((other) => pathPattern(other, base)),
    );
  }
  const anyBelowBase = pathRegex([...base, { kind: "rest", optional: true }]);
  return anyOf([
    byPath(paths, [pathRegex([...base, ...parts])], below(base)),
    byPath(paths, [pathRegex(parts)], [...below([]), anyBelowBase]),
  ]);
}

/**
 * Spans that have the route itself, and not as the mount, the middleware or the catch-all that answered for another page: on
 * a span of remix-serve, `*` is the route of every path.
 * @param byRoute condition on the span's route
 * @param siblings patterns of paths that a route with several segments must not match
 */
function ofPage(
  byRoute: string,
  { routeBase, tempo }: ConditionConfig,
  parts: RouteParts,
  paths: readonly PathAttribute[],
  siblings: readonly string[] = [],
): string {
  const below = belowPathRegex(parts, routeBase);
  const others = below === null ? siblings : [below];
  if (others.length === 0) return byRoute;
  const isElsewhere = (path: PathAttribute): string =>
    anyOf([
      `${path.name} !~ ${literal(around(path, others))}`,
      // `/base/v` is below `/[id]`, and is that route itself below the base path.
      ...(below !== null && isReadTwice(parts, routeBase)
        ? [`${path.name} =~ ${literal(around(path, [pathRegex([...routeBase, ...parts])]))}`]
        : []),
    ]);
  // `!~` excludes absent attributes, and before 2.10 only a present one can be excluded from that.
  return tempo.comparesWithNil
    ? `(${[byRoute, ...paths.slice(0, 2).map((path) => anyOf([`${path.name} = nil`, isElsewhere(path)]))].join(" && ")})`
    : `(${byRoute} && ${anyOf(paths.map(isElsewhere))})`;
}

/** The route's own text, where its pattern doesn't match that: an id of a file, an interception. */
const verbatim = (text: string, regex: string): string[] =>
  text === "" || matchesWhole(regex, text) ? [] : [equals(HTTP_ROUTE, text)];

function startPage({ routeBase }: ConditionConfig, paths: readonly PathAttribute[]): string {
  return byPath(paths, [pathRegex([], routeBase)], []);
}

/** Nothing can be mistaken for a route without values. */
function staticRoute(
  config: ConditionConfig,
  { text, parts }: { text: string; parts: RouteParts },
  paths: readonly PathAttribute[],
): string {
  const { routeBase, attributes } = config;
  const path = `/${parts.map((part) => (part.kind === "text" ? part.text : "")).join("/")}`;
  const regex = spanRegex(parts, routeBase);
  const byRoute = anyOf([
    equals(HTTP_ROUTE, path),
    `${HTTP_ROUTE} =~ ${literal(regex)}`,
    ...verbatim(text, regex),
  ]);
  return anyOf([
    ofPage(byRoute, config, parts, paths),
    equals(attributes.path, path),
    byPath(paths, [pathRegex(parts, routeBase)], []),
  ]);
}

function routeWithValues(
  config: ConditionConfig,
  { text, parts }: { text: string; parts: RouteParts },
  { known, siblings }: { known: readonly KnownRoute[]; siblings: readonly KnownRoute[] },
  paths: readonly PathAttribute[],
): string {
  const { routeBase, tempo } = config;
  const regex = spanRegex(parts, routeBase);
  const exclusion = spanExclusion(
    parts,
    known.flatMap((other) => (other.parts === null ? [] : [other.parts])),
    routeBase,
  );
  const path = byOwnPath(parts, siblings, routeBase, paths);
  const inconclusive = anyOf([
    `${HTTP_ROUTE} = nil`,
    `${HTTP_ROUTE} =~ ${literal(inconclusiveRegex(parts, routeBase))}`,
  ]);
  return anyOf([
    ofPage(
      anyOf([matching(HTTP_ROUTE, regex, exclusion), ...verbatim(text, regex)]),
      config,
      parts,
      paths,
      siblings.map((other) => pathPattern(other, routeBase)),
    ),
    // Before 2.10, TraceQL can't find absent attributes: the path counts whatever the route is.
    tempo.comparesWithNil ? `(${inconclusive} && ${path})` : path,
  ]);
}

/** An unreadable route finds spans that spell it alike, or whose path it is. */
function byText(text: string, path: string): string {
  const isPath = text.startsWith("/") && !/[?#]/.test(text);
  return anyOf([equals(HTTP_ROUTE, text), ...(isPath ? [equals(path, encodeURI(text.toWellFormed()))] : [])]);
}

/**
 * The TraceQL condition for server spans of a route: on its route in any notation, or on its path where the span's route
 * doesn't identify the page. One operand of `&&`: `&&` and `||` bind alike, from the left.
 */
export function routeCondition(config: ConditionConfig, searched: SearchedRoute): string {
  const { attributes, routeBase } = config;
  const { text, parts } = belowBase(searched.route, routeBase);
  const known =
    routeBase.length === 0 ? searched.known : searched.known.map((one) => belowBase(one, routeBase));
  if (!searchesNotations(config)) return equals(attributes.route, text);
  const fallback = byText(text, attributes.path);
  if (parts === null || isCutByTempo(text)) return fallback;
  const readable = { text, parts };
  const own = { name: attributes.path, before: "", after: "" };
  const further = attributes.path === URL_PATH ? FURTHER_PATHS : [];
  const siblings = isStatic(parts) ? [] : siblingsOf(parts, known);
  const conditionFor = (paths: readonly PathAttribute[]): string => {
    if (parts.length === 0) return startPage(config, paths);
    return isStatic(parts)
      ? staticRoute(config, readable, paths)
      : routeWithValues(config, readable, { known, siblings }, paths);
  };
  // A longer condition searches fewer attributes.
  for (const paths of [[own, ...further], [own, ...further.slice(0, 1)], [own]]) {
    const condition = conditionFor(paths);
    if (lengthInUrl(condition) <= MAX_LENGTH) return condition;
  }
  return fallback;
}

/**
 * The condition for spans that answer a request. SvelteKit's own tracing, without that of HTTP, has no server span: there the
 * root is internal. It is known by its name, since Grafana's editor knows no `nestedSetParent`, and a root that continues a
 * browser's trace is none to Tempo.
 */
export const answersRequest = (config: Pick<GrafanaConfig, "attributes">): string =>
  searchesNotations(config)
    ? `(kind = server || (kind = internal && name = "sveltekit.handle.root" && ${HTTP_ROUTE} =~ ".+"))`
    : "kind = server";
