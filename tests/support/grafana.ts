import { parser } from "@grafana/lezer-traceql";

/*
 * How Grafana, Tempo, Loki and Pyroscope read a link, implemented from their rules, independently of our builders.
 */

export type Params = Record<string, string | boolean | Array<string | boolean>>;

/** Parses URL parameters like Grafana: `+` is a space, and `true` and `false` become booleans. */
export function parseParams(url: string): Params {
  const params: Params = {};
  for (const pair of (url.split("?")[1] ?? "").split("#")[0]?.split("&") ?? []) {
    const [rawName = "", ...rest] = pair.replace(/\+/g, "%20").split("=");
    const name = decodeURIComponent(rawName);
    const text = decodeURIComponent(rest.join("="));
    const value = text === "true" || text === "false" ? text === "true" : text;
    const before = params[name];
    if (before === undefined) params[name] = value;
    else params[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return params;
}

/** The path of a URL below Grafana's base URL. */
export function pathBelow(url: string, base: string): string {
  if (!url.startsWith(`${base}/`)) throw new Error(`${url} is not below ${base}.`);
  return decodeURI(url.slice(base.length).split("?")[0] ?? "");
}

/** Parses a relative time, or an instant to ms since the epoch. @throws Error for a text that Grafana misreads */
export function parseTime(text: unknown): string | number {
  if (typeof text !== "string") throw new Error(`${text} is no time: Grafana would show the last hour.`);
  if (text.includes("now")) return text;
  if ([8, 15, 19].includes(text.length)) throw new Error(`${text} would be read as a date without a zone.`);
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is no time.`);
  return time;
}

export type Range = { from: string | number; to: string | number };

export const rangeOf = ({ from, to }: { from?: unknown; to?: unknown }): Range => ({
  from: parseTime(from),
  to: parseTime(to),
});

export type Pane = { datasource: string; query: Record<string, unknown>; range: Range };

type UrlPane = {
  datasource: unknown;
  queries: Array<Record<string, unknown> & { datasource?: { type?: unknown; uid?: unknown } }>;
  range: { from?: unknown; to?: unknown };
};

/** Parses the single pane of a URL of Explore, like Grafana 10.1 and newer. */
export function parseExplore(url: string): Pane {
  const params = parseParams(url);
  const pane =
    typeof params.panes === "string" ? fromPanes(params.panes, params.schemaVersion) : fromLeft(params.left);
  const [query, ...more] = pane.queries;
  if (query === undefined || more.length > 0) throw new Error("Only the first query of a pane is searched.");
  if (typeof pane.datasource !== "string" || query.datasource?.uid !== pane.datasource) {
    throw new Error("Pane and query must name one data source by its uid.");
  }
  if (query.refId !== "A") throw new Error("The query has no letter.");
  return { datasource: pane.datasource, query, range: rangeOf(pane.range) };
}

function fromPanes(text: string, schemaVersion: unknown): UrlPane {
  if (schemaVersion !== "1") throw new Error("Without schemaVersion=1 the panes are passed over.");
  const entries = Object.entries(JSON.parse(text) as Record<string, UrlPane>);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw new Error("There must be one pane.");
  const [key, pane] = entry;
  if (!/^(?!\d+$)[a-z0-9]{3}$/.test(key)) throw new Error(`${key} is no name of a pane.`);
  return pane;
}

function fromLeft(text: unknown): UrlPane {
  if (typeof text !== "string") throw new Error("There is no pane.");
  return JSON.parse(text) as UrlPane;
}

/** Parses a string literal of Go, as in TraceQL, LogQL and label selectors. */
export function unquote(text: string): string {
  if (!/^"[^\n]*"$/s.test(text)) throw new Error(`${text} is no string.`);
  const simple: Record<string, string> = {
    '"': '"',
    "\\": "\\",
    n: "\n",
    t: "\t",
    r: "\r",
    b: "\b",
    f: "\f",
    v: "\v",
    a: "\x07",
  };
  return text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|"/gs, (all, short?: string) => {
    if (short === undefined) throw new Error(`${text} ends too early.`);
    const character = simple[short] ?? codePoint(short);
    if (character === null) throw new Error(`${all} is no escape.`);
    return character;
  });
}

function codePoint(short: string): string | null {
  if (!/^[ux]./.test(short)) return null;
  const code = Number.parseInt(short.slice(1), 16);
  return code >= 0xd800 && code <= 0xdfff ? null : String.fromCodePoint(code);
}

export type Condition = { name: string; operator: string; value: string };

/**
 * Parses the conditions of a TraceQL query with Grafana's own grammar. String values are unquoted; `rest` is the text from
 * the first `|`.
 * @throws Error for a syntax error
 */
export function parseTraceQl(query: string): { conditions: Condition[]; rest: string } {
  const tree = parser.parse(query);
  const conditions: Condition[] = [];
  let restFrom = query.length;
  tree.iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`No TraceQL at ${node.from}: ${query}`);
      if (node.name === "Pipe") restFrom = Math.min(restFrom, node.from);
      const operator = node.node.getChild("FieldOp");
      const [left, right] = node.node.getChildren("FieldExpression");
      if (node.name !== "FieldExpression" || operator === null || !left || !right) return;
      const textOf = ({ from, to }: { from: number; to: number }): string => query.slice(from, to).trim();
      const value = textOf(right);
      conditions.push({
        name: textOf(left),
        operator: textOf(operator),
        value: value.startsWith('"') ? unquote(value) : value,
      });
    },
  });
  return { conditions, rest: query.slice(restFrom) };
}

/** Parses the matchers of a selector (`{a="b", c=~"d"}`) or the filters after one (` | a=~"b"`). */
export function parseMatchers(text: string): Condition[] {
  const matcher = /([a-z_]+)(=~|!~|=)("(?:[^"\\\n]|\\.)*")/gy;
  const conditions: Condition[] = [];
  let at = 0;
  while (at < text.length) {
    const gap = /[{},\s|]*/y;
    gap.lastIndex = at;
    at += gap.exec(text)?.[0].length ?? 0;
    if (at === text.length) break;
    matcher.lastIndex = at;
    const [all = "", name = "", operator = "", value = ""] = matcher.exec(text) ?? [];
    if (all === "") throw new Error(`No matcher at ${at}: ${text}`);
    conditions.push({ name, operator, value: unquote(value) });
    at += all.length;
  }
  return conditions;
}

/** Whether a matcher accepts a label's value (empty if absent); regular expressions are anchored, as in Loki. */
export function matches({ operator, value }: Condition, label: string): boolean {
  if (operator === "=") return label === value;
  return new RegExp(`^(?:${value})$`, "u").test(label) === (operator === "=~");
}

/** Parses the ad hoc filters in a URL of a Scenes app. */
export function parseAdHocFilters(value: Params[string] | undefined): Condition[] {
  const texts = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    const [name = "", operator = "", part = "", ...more] = String(text).split("|");
    if (more.length > 0) throw new Error(`${text} has too many parts.`);
    const plain = (escaped: string): string =>
      (escaped.split(",")[0] ?? "")
        .split("#")
        .join("")
        .replaceAll("__gfp__", "|")
        .replaceAll("__gfc__", ",")
        .replaceAll("__gfh__", "#");
    return { name: plain(name), operator, value: plain(part) };
  });
}

/** Writes a filter as TraceQL, like Traces Drilldown. */
export function drilldownTraceQl({ name, operator, value }: Condition): string {
  const isNumber = (text: string): boolean => text !== "" && !Number.isNaN(Number(text.trim()));
  const asIs =
    isNumber(value) ||
    value === "true" ||
    value === "false" ||
    (value.length >= 2 && /^(?:".*"|'.*')$/s.test(value) && isNumber(value.slice(1, -1)));
  const escaped = value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
  return `${name} ${operator} ${asIs ? value : `"${escaped}"`}`;
}
