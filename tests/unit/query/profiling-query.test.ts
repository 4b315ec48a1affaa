import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildProfilingQuery,
  DEFAULT_PROFILING_QUERY,
  type ProfilingQuery,
  parseProfilingQuery,
} from "../../../app/query/profiling-query";

const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const id = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
const number = fc.nat();

const queries: fc.Arbitrary<ProfilingQuery> = fc.record({
  target: fc.stringMatching(/^[\w.-]{0,20}$/),
  id: orNull(id),
  compare: orNull(id),
  sort: fc.constantFrom("self", "total"),
  order: fc.constantFrom("path", "time"),
  frame: orNull(number),
  from: orNull(number),
  to: orNull(number),
  q: fc.string({ maxLength: 50, unit: "grapheme" }).map((text) => text.toWellFormed().trim()),
});

describe("parseProfilingQuery", () => {
  it("reads what buildProfilingQuery writes", () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseProfilingQuery(buildProfilingQuery(query))).toEqual({ query, ignored: [] });
      }),
    );
  });

  it("has the default of a value that it can't read, and names the parameter", () => {
    const text = "target=a/b&id=../x&sort=best&order=up&frame=-1&from=1e3&q=x&unknown=1";
    const { query, ignored } = parseProfilingQuery(new URLSearchParams(text));
    expect(query).toEqual({ ...DEFAULT_PROFILING_QUERY, q: "x" });
    expect(ignored.map(({ param }) => param)).toEqual(["target", "id", "sort", "order", "frame", "from"]);
  });
});
