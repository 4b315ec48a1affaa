import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addToPacked } from "../../../../app/stats/sketch/packed-changes";
import { packSketch } from "../../../../app/stats/sketch/packed-sketch";
import { MILLISECONDS, SCORE } from "../../../../app/stats/sketch/scale";
import { addToBucket, createSketch } from "../../../../app/stats/sketch/sketch";

const changes = fc.constantFrom(MILLISECONDS, SCORE).chain((scale) => {
  const bucket = fc.nat(scale.edges.length - 1);
  const near = fc.integer({ min: 100, max: 110 });
  const buckets = fc.array(fc.oneof(bucket, near, fc.constant(scale.edges.length - 1)), { maxLength: 60 });
  return fc.record({
    scale: fc.constant(scale),
    before: fc.option(fc.array(fc.tuple(bucket, fc.constantFrom(1, 2, 13, 14, 253, 254, 70_000, 2 ** 40)))),
    added: buckets,
    upTo: fc.tuple(bucket, bucket),
  });
});

describe("addToPacked", () => {
  it("equals packing the sketch with the samples", () => {
    fc.assert(
      fc.property(changes, ({ scale, before, added, upTo }) => {
        const sketch = createSketch(scale);
        for (const [bucket, times] of before ?? []) addToBucket(sketch, bucket, times);
        const packed = before === null ? null : packSketch(sketch);
        for (const bucket of added) addToBucket(sketch, bucket, 1);
        const atMost = upTo.map((last) => sketch.counts.subarray(0, last + 1).reduce((a, b) => a + b, 0));
        expect(addToPacked(scale, packed, [...added], upTo)).toEqual({
          samples: sketch.n,
          atMost,
          sketch: packSketch(sketch),
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("refuses another scale, a truncated sketch and several ones", () => {
    const packed = packSketch(createSketch(MILLISECONDS));
    expect(() => addToPacked(SCORE, packed, [], [0, 1])).toThrow("can't be merged");
    expect(() => addToPacked(MILLISECONDS, packed.subarray(0, 3), [], [0, 1])).toThrow("ends before");
    expect(() => addToPacked(MILLISECONDS, Uint8Array.from([...packed, ...packed]), [], [0, 1])).toThrow(
      "several",
    );
  });
});
