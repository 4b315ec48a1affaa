import { RE2JS } from "re2js";
import { type Expression, type Field, type Literal, type Operator, parseQuery, TraceQlError } from "./syntax";

/*
 * What Tempo answers to the queries of links, measured on real Tempo 2.10.8, 3.0.3 and 3.1.0-dev. Grafana's grammar has
 * the syntax; here are the values that it matches.
 */

export type TempoVersion = "2.9" | "2.10.8" | "3.0.3" | "3.1.0";

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A span as a search sees it; `parent` is its index in the trace, `null` for a root, `remote` if it never arrived. */
export type Span = {
  parent: number | "remote" | null;
  kind: string;
  name: string;
  status: string;
  ms: number;
  attributes: Attributes;
};

export type Trace = { resource: Attributes; spans: readonly Span[] };

/** Tempo cuts longer values when they arrive. */
const LONGEST_VALUE = 2_048;

function stored(value: AttributeValue | undefined): AttributeValue | undefined {
  // A character has at most three bytes.
  if (typeof value !== "string" || value.length <= LONGEST_VALUE / 3) return value;
  const bytes = Buffer.from(value);
  return bytes.length <= LONGEST_VALUE ? value : bytes.subarray(0, LONGEST_VALUE).toString();
}

function attributeOf(trace: Trace, span: Span, { scope, name }: Extract<Field, { type: "attribute" }>) {
  const own = scope === "resource" ? undefined : span.attributes[name];
  return stored(own ?? (scope === "span" ? undefined : trace.resource[name]));
}

/** A span's value of a field; `undefined` if it is absent. Durations are in nanoseconds. */
function fieldValue(trace: Trace, span: Span, field: Field): AttributeValue | undefined {
  if (field.type === "attribute") return attributeOf(trace, span, field);
  switch (field.name) {
    case "kind":
      return span.kind;
    case "status":
      return span.status;
    case "name":
      return span.name;
    case "duration":
      return Math.round(span.ms * 1e6);
    case "nestedSetParent":
      // The number of the parent's span, counted from 1 on: -1 for a root, 0 for a parent that never arrived.
      return span.parent === null ? -1 : span.parent === "remote" ? 0 : span.parent + 1;
  }
}

const expressions = new Map<string, (text: string) => boolean>();

/** Matches the whole of a text by RE2; `.` matches line breaks. */
function matcherOf(pattern: string): (text: string) => boolean {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (error) {
    throw new TraceQlError(`${pattern} is no regular expression of RE2.`, { cause: error });
  }
  const results = new Map<string, boolean>();
  const matcher = (text: string): boolean => {
    const result = results.get(text) ?? compiled.matches(text);
    results.set(text, result);
    return result;
  };
  expressions.set(pattern, matcher);
  return matcher;
}

function isNil(field: Field, value: AttributeValue | undefined, version: TempoVersion): boolean {
  if (field.type === "intrinsic") throw new TraceQlError("intrinsics cannot be nil");
  if (version === "2.9") throw new TraceQlError("nil is new in Tempo 2.10.0");
  // Releases up to 3.0.3 find no resource by the absence of its version.
  if (field.scope === "resource" && version !== "3.1.0") return false;
  return value === undefined;
}

function compare(
  value: AttributeValue,
  operator: Exclude<Operator, "=~" | "!~">,
  other: AttributeValue,
): boolean {
  switch (operator) {
    case "=":
      return value === other;
    case "!=":
      return value !== other;
    case "<":
      return value < other;
    case "<=":
      return value <= other;
    case ">":
      return value > other;
    case ">=":
      return value >= other;
  }
}

function matches(
  field: Field,
  value: AttributeValue | undefined,
  operator: Operator,
  literal: Literal,
  version: TempoVersion,
): boolean {
  if (literal.type === "nil") {
    if (operator === "=") return isNil(field, value, version);
    return value !== undefined;
  }
  // Absent attributes match no comparison, but for one of 2.x.
  if (value === undefined) return operator === "!=" && version.startsWith("2.");
  if (typeof value !== typeof literal.value) return false;
  if (operator !== "=~" && operator !== "!~") return compare(value, operator, literal.value);
  return matcherOf(String(literal.value))(String(value)) === (operator === "=~");
}

function holds(expression: Expression, trace: Trace, span: Span, version: TempoVersion): boolean {
  if (expression.type !== "comparison") {
    // Both are evaluated, so that a query which Tempo refuses is refused whatever the spans.
    const left = holds(expression.left, trace, span, version);
    const right = holds(expression.right, trace, span, version);
    return expression.type === "and" ? left && right : left || right;
  }
  const { field, operator, literal } = expression;
  return matches(field, fieldValue(trace, span, field), operator, literal, version);
}

/**
 * The spans of a trace that a query matches; the pipeline behind the filter only adds columns, or is a metric.
 * @throws TraceQlError for what Tempo refuses
 */
export function evaluate(query: string, trace: Trace, version: TempoVersion = "3.0.3"): Span[] {
  const { filter } = parsed(query);
  return trace.spans.filter((span) => filter === null || holds(filter, trace, span, version));
}

let last: { query: string; result: ReturnType<typeof parseQuery> } | null = null;

/** A query is put to many traces. */
function parsed(query: string): ReturnType<typeof parseQuery> {
  if (last?.query !== query) last = { query, result: parseQuery(query) };
  return last.result;
}

/** Whether a search finds a trace: by any of its spans. */
export const findsTrace = (query: string, trace: Trace, version?: TempoVersion): boolean =>
  evaluate(query, trace, version).length > 0;
