import { unquote } from "../grafana";

/*
 * The part of TraceQL that links use: one spanset filter, and the pipeline behind it as text.
 * Facts were measured on Tempo 2.10.8, 3.0.3 and 3.1.0-dev; grammar: https://grafana.com/docs/tempo/latest/traceql/
 */

export type Scope = "span" | "resource" | "either";

export type Intrinsic = "kind" | "status" | "name" | "duration" | "nestedSetParent";

export type Field =
  | { type: "attribute"; scope: Scope; name: string }
  | { type: "intrinsic"; name: Intrinsic };

export type Literal =
  | { type: "string"; value: string }
  | { type: "number"; value: number }
  /** In nanoseconds. */
  | { type: "duration"; value: number }
  | { type: "kind" | "status"; value: string }
  | { type: "boolean"; value: boolean }
  | { type: "nil" };

export type Operator = "=" | "!=" | "=~" | "!~" | "<" | "<=" | ">" | ">=";

export type Expression =
  | { type: "and" | "or"; left: Expression; right: Expression }
  | { type: "comparison"; field: Field; operator: Operator; literal: Literal };

/** `filter` is `null` for `{ }`; `pipeline` is the text from the first `|` on, without the hints at its end. */
export type Query = { filter: Expression | null; pipeline: string; mostRecent: boolean };

/** What Tempo refuses with 400. */
export class TraceQlError extends Error {}

type Token = { kind: "text" | "string" | "sign"; text: string; at: number };

/** Tempo's limit of a query's length, in bytes. */
const LONGEST_QUERY = 131_072;

const SPACE = /\s*/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y;
const RAW = /`[^`]*`/y;
const SIGN = /&&|\|\||=~|!~|!=|<=|>=|[{}()=<>|,]/y;
/** Attribute names may have quoted parts: `span."a b"`. */
const TEXT = /(?:[^\s"`'{}()=<>!&|,]|(?<=\.)"(?:[^"\\]|\\.)*")+/y;

function tokenAt(query: string, at: number): Token {
  for (const [kind, pattern] of [
    ["string", QUOTED],
    ["string", RAW],
    ["sign", SIGN],
    ["text", TEXT],
  ] as const) {
    pattern.lastIndex = at;
    const text = pattern.exec(query)?.[0];
    if (text !== undefined) return { kind, text, at };
  }
  throw new TraceQlError(`Nothing of TraceQL at ${at}: ${query.slice(at, at + 40)}`);
}

/** The tokens of the filter, and where the text behind it begins. */
function tokensOf(query: string): { tokens: Token[]; end: number } {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    at += SPACE.exec(query)?.[0].length ?? 0;
    if (at === query.length) throw new TraceQlError(`The filter has no end: ${query}`);
    const token = tokenAt(query, at);
    tokens.push(token);
    at += token.text.length;
    if (token.text === "}" && token.kind === "sign") return { tokens, end: at };
  }
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  kind: "kind",
  "span:kind": "kind",
  status: "status",
  "span:status": "status",
  name: "name",
  "span:name": "name",
  duration: "duration",
  "span:duration": "duration",
  nestedSetParent: "nestedSetParent",
};

function fieldOf({ kind, text }: Token): Field {
  const intrinsic = kind === "text" ? INTRINSICS[text] : undefined;
  if (intrinsic !== undefined) return { type: "intrinsic", name: intrinsic };
  const [, scope = "", name = ""] = /^(span|resource|)\.(.+)$/s.exec(text) ?? [];
  if (kind !== "text" || name === "") throw new TraceQlError(`${text} is no attribute and no intrinsic.`);
  return {
    type: "attribute",
    scope: scope === "span" || scope === "resource" ? scope : "either",
    name: name.startsWith('"') ? unquote(name) : name,
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["error", "ok", "unset"];

/** A duration as Go writes it; no exponent, and no more than 63 bits of nanoseconds. */
function durationOf(text: string): number | null {
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/([\d.]+)([a-zµ]+)/g)];
  const total = parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
  return total < 2 ** 63 ? total : null;
}

function literalOf({ kind, text }: Token): Literal {
  if (kind === "string") return { type: "string", value: stringOf(text) };
  if (kind === "text") {
    if (KINDS.includes(text)) return { type: "kind", value: text };
    if (STATUSES.includes(text)) return { type: "status", value: text };
    if (text === "true" || text === "false") return { type: "boolean", value: text === "true" };
    if (text === "nil") return { type: "nil" };
    if (/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(text)) return { type: "number", value: Number(text) };
    const duration = durationOf(text);
    if (duration !== null) return { type: "duration", value: duration };
  }
  throw new TraceQlError(`${text} is no value.`);
}

function stringOf(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1).replaceAll("\r", "");
  try {
    return unquote(text);
  } catch (error) {
    throw new TraceQlError(`${text} is no string.`, { cause: error });
  }
}

const OPERATORS: readonly string[] = ["=", "!=", "=~", "!~", "<", "<=", ">", ">="];
const isOperator = (text: string): text is Operator => OPERATORS.includes(text);

/** Parses a spanset filter's inside: `&&` and `||` bind alike, from the left. */
class Filter {
  private next = 1;

  constructor(private readonly tokens: readonly Token[]) {}

  private consume(): Token {
    const token = this.tokens[this.next];
    if (token === undefined) throw new TraceQlError("The filter ends too early.");
    this.next += 1;
    return token;
  }

  private isNext(text: string): boolean {
    const token = this.tokens[this.next];
    return token?.kind === "sign" && token.text === text;
  }

  parse(): Expression | null {
    if (this.isNext("}")) return null;
    const expression = this.expression();
    if (!this.isNext("}")) throw new TraceQlError(`Unexpected ${this.consume().text}`);
    return expression;
  }

  private expression(): Expression {
    let left = this.operand();
    while (this.isNext("&&") || this.isNext("||")) {
      const type = this.consume().text === "&&" ? "and" : "or";
      left = { type, left, right: this.operand() };
    }
    return left;
  }

  private operand(): Expression {
    if (!this.isNext("(")) return this.comparison();
    this.consume();
    const inside = this.expression();
    if (!this.isNext(")")) throw new TraceQlError(`Unexpected ${this.consume().text}, expecting )`);
    this.consume();
    return inside;
  }

  private comparison(): Expression {
    const field = fieldOf(this.consume());
    const { text: operator } = this.consume();
    if (!isOperator(operator)) throw new TraceQlError(`${operator} is no comparison.`);
    const literal = literalOf(this.consume());
    checkTypes(field, operator, literal);
    return { type: "comparison", field, operator, literal };
  }
}

const TYPES: Readonly<Record<Intrinsic, readonly Literal["type"][]>> = {
  kind: ["kind"],
  status: ["status"],
  name: ["string"],
  // A number without unit is in nanoseconds.
  duration: ["duration", "number"],
  nestedSetParent: ["number"],
};

/** Tempo compares intrinsics with values of their own type only, none of them with nil, and matches strings alone. */
function checkTypes(field: Field, operator: Operator, { type }: Literal): void {
  if (field.type === "intrinsic" && !TYPES[field.name].includes(type)) {
    throw new TraceQlError(`binary operations must operate on the same type: ${field.name} ${type}`);
  }
  if ((operator === "=~" || operator === "!~") && type !== "string") {
    throw new TraceQlError(`${operator} needs a string.`);
  }
  if (type === "nil" && operator !== "=" && operator !== "!=") throw new TraceQlError(`${operator} nil`);
}

const HINTS = /\s+with\s*\(([^()]*)\)\s*$/;

/**
 * Parses a query.
 * @throws TraceQlError for what Tempo refuses, and for TraceQL that no link has
 */
export function parseQuery(query: string): Query {
  if (Buffer.byteLength(query) > LONGEST_QUERY) throw new TraceQlError("The query is too long.");
  if (!query.startsWith("{")) throw new TraceQlError(`No spanset filter: ${query}`);
  const { tokens, end } = tokensOf(query);
  const [all = "", hints = ""] = HINTS.exec(query.slice(end)) ?? [];
  const pipeline = query.slice(end, query.length - all.length).trim();
  if (pipeline !== "" && !pipeline.startsWith("|")) throw new TraceQlError(`Unexpected ${pipeline}`);
  if (/\bwith\s*\(/.test(pipeline)) throw new TraceQlError("unexpected |, expecting with at the end");
  const mostRecent = hints.split(",").some((hint) => /^\s*most_recent\s*=\s*true\s*$/.test(hint));
  return { filter: new Filter(tokens).parse(), pipeline, mostRecent };
}
