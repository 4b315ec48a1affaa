import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SUBPARTS, subpartsOf } from "../../../app/vitals/attribution";

describe("subpartsOf", () => {
  it("gives LCP its four parts, and none of final headers, without Early Hints", () => {
    expect(subpartsOf("LCP", [1, 2, 3, 4, null])).toEqual([1, 0, 2, 3, 4]);
  });

  it("names the wait between the 103 and the final headers, which web-vitals counts as a delay", () => {
    // A text: a second of the server was shown as element render delay.
    expect(subpartsOf("LCP", [71, 0, 0, 1102, 1073])).toEqual([71, 1002, 0, 0, 100]);
    // An image that the answer itself names.
    expect(subpartsOf("LCP", [71, 1022, 50, 30, 1073])).toEqual([71, 1002, 20, 50, 30]);
    // An image that the Early Hints name: it is there before the headers.
    expect(subpartsOf("LCP", [71, 29, 500, 600, 1073])).toEqual([71, 29 + 473, 0, 500, 127]);
  });

  it("changes nothing where the final headers came no later than the first byte", () => {
    expect(subpartsOf("LCP", [100, 10, 20, 30, 100])).toEqual([100, 0, 10, 20, 30]);
    expect(subpartsOf("LCP", [100, 10, 20, 30, 0])).toEqual([100, 0, 10, 20, 30]);
  });

  it("keeps the sum, and gives no part below 0", () => {
    const time = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(fc.tuple(time, time, time, time, time), (fields) => {
        const parts = subpartsOf("LCP", fields) ?? [];
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
        expect(parts).toHaveLength(SUBPARTS.LCP.length);
        expect(sum(parts)).toBe(sum(fields.slice(0, 4)));
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("is null where a part is unknown, and for CLS", () => {
    expect(subpartsOf("LCP", [1, null, 3, 4, 5])).toBeNull();
    expect(subpartsOf("LCP", [])).toBeNull();
    expect(subpartsOf("INP", [1, 2])).toBeNull();
    expect(subpartsOf("INP", [1, 2, 3])).toEqual([1, 2, 3]);
    expect(subpartsOf("CLS", [])).toBeNull();
  });
});
