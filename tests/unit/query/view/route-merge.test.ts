import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distributionsOf } from "../../../../app/query/view/distribution";
import { distributionsByRoute, mergeByRoute } from "../../../../app/query/view/route-merge";
import { packSketch } from "../../../../app/stats/sketch/packed-sketch";
import { scaleOf } from "../../../../app/stats/sketch/scale";
import { addValue, createSketch } from "../../../../app/stats/sketch/sketch";
import type { SummaryGroup } from "../../../../app/storage/summary-periods.server";
import { aMetric, aValueOf, examples } from "../../../support/measurements";

const ROUTES = ["/a", "/b", "/c/[id]"];

/** Some routes of one period and metric, a route several times where it has several devices. */
const aGroup: fc.Arbitrary<SummaryGroup> = aMetric.chain((metric) =>
  fc
    .array(fc.record({ route: fc.constantFrom(...ROUTES), values: fc.array(aValueOf(metric)) }))
    .map((summaries) => ({
      metric,
      routes: summaries.map(({ route }) => route),
      devices: summaries.map(() => "mobile" as const),
      prefetched: summaries.map(() => false),
      builds: [],
      sketches: Buffer.concat(
        summaries.map(({ values }) => {
          const sketch = createSketch(scaleOf(metric));
          for (const value of values) addValue(sketch, value);
          return packSketch(sketch);
        }),
      ),
    })),
);

describe("distributionsByRoute", () => {
  it("gives what the merged sketches of all groups have, however many of them are merged before", () => {
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 8 }), fc.nat(8), (groups, closed) => {
        const base = mergeByRoute(groups.slice(0, closed));
        const expected = mergeByRoute(groups);
        const actual = distributionsByRoute(groups.slice(closed), base);
        expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [route, sketches] of expected)
          expect(actual.get(route)).toEqual(distributionsOf(sketches));
        // What was merged before is not changed by it.
        expect(isDeepStrictEqual(base, mergeByRoute(groups.slice(0, closed)))).toBe(true);
      }),
      examples(100),
    );
  });
});
