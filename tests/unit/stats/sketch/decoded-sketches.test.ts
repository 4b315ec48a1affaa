import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellTable } from "../../../../app/stats/comparison/cell-table";
import {
  addDecoded,
  type DecodedSketches,
  decodedFrom,
  decodePacked,
  endOfPacked,
} from "../../../../app/stats/sketch/decoded-sketches";
import { pointAt } from "../../../../app/stats/sketch/interpolation";
import { mergePacked, packSketch, unpackSketch } from "../../../../app/stats/sketch/packed-sketch";
import { bucketOf, MILLISECONDS, SCORE, type Scale } from "../../../../app/stats/sketch/scale";
import { addToBucket, createSketch, mergeInto, type Sketch } from "../../../../app/stats/sketch/sketch";
import { DOMAINS, type Domain, drawValues, SHAPE_NAMES, sketchOf } from "../shapes";

const [MS_DOMAIN, SCORE_DOMAIN] = DOMAINS as [Domain, Domain];

const packedOf = (sketches: readonly Sketch[]): Uint8Array =>
  Uint8Array.from(sketches.flatMap((sketch) => [...packSketch(sketch)]));

/** The sketches that were decoded, with their empty buckets. */
const restored = (scale: Scale, { buckets, counts, starts, samples }: DecodedSketches): Sketch[] =>
  [...samples].map((n, i) => {
    const sketch = createSketch(scale);
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at += 1) {
      addToBucket(sketch, buckets[at] as number, counts[at] as number);
    }
    expect(sketch.n).toBe(n);
    return sketch;
  });

/** Comparing arrays of 1,500 counts by `toEqual` takes longer than all else here. */
const expectSame = (a: readonly Sketch[], b: readonly Sketch[]): void => {
  expect(a.map(({ n }) => n)).toEqual(b.map(({ n }) => n));
  const differs = a.findIndex(({ counts }, i) => counts.some((count, at) => count !== b[i]?.counts[at]));
  expect(differs).toBe(-1);
};

/** Some sketches of one scale, of all shapes and sizes, empty ones among them. */
const someSketches = fc
  .record({
    domain: fc.constantFrom(...DOMAINS),
    parts: fc.array(
      fc.record({
        shape: fc.constantFrom(...SHAPE_NAMES),
        size: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })),
        seed: fc.nat(),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ domain: { scale, ...domain }, parts }) => ({
    scale,
    sketches: parts.map(({ shape, size, seed }) =>
      sketchOf(scale, drawValues(shape, { scale, ...domain }, size, seed)),
    ),
  }));

describe("decodePacked", () => {
  it("returns the counts of unpackSketch for every shape and size", () => {
    fc.assert(
      fc.property(someSketches, ({ scale, sketches }) => {
        const decoded = decodePacked(packedOf(sketches), scale);
        expectSame(restored(scale, decoded), sketches);
        const merged = createSketch(scale);
        mergePacked(merged, packedOf(sketches));
        const sum = createSketch(scale);
        for (const sketch of restored(scale, decoded)) mergeInto(sum, sketch);
        expectSame([sum], [merged]);
        const added = createSketch(scale);
        addDecoded(added, decoded);
        expectSame([added], [merged]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(SHAPE_NAMES)("omits empty buckets, in ascending order, for %s values", (shape) => {
    for (const domain of DOMAINS) {
      const sketch = sketchOf(domain.scale, drawValues(shape, domain, 5_000, 1));
      const { buckets, counts } = decodePacked(packSketch(sketch), domain.scale);
      expect([...counts].every((count) => count > 0)).toBe(true);
      expect([...buckets]).toEqual([...buckets].sort((a, b) => a - b));
      expect(new Set(buckets).size).toBe(buckets.length);
    }
  });

  it("equals decodedFrom of the sketches", () => {
    fc.assert(
      fc.property(someSketches, ({ scale, sketches }) => {
        const [a, b] = [decodePacked(packedOf(sketches), scale), decodedFrom(sketches)];
        expect([...a.buckets]).toEqual([...b.buckets]);
        expect([...a.counts]).toEqual([...b.counts]);
        expect([a.starts, a.samples]).toEqual([b.starts, b.samples]);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("decodes full scales in both widths, and thousands of sketches", () => {
    for (const scale of [MILLISECONDS, SCORE]) {
      for (const most of [1, 13, 14, 2 ** 32 - 1]) {
        const full = createSketch(scale);
        for (let i = 0; i < full.counts.length; i += 1) addToBucket(full, i, most);
        const many = Array.from({ length: 50 }, () => full);
        expectSame(restored(scale, decodePacked(packedOf(many), scale)), many);
      }
    }
  });

  it("endOfPacked returns the end of each sketch", () => {
    fc.assert(
      fc.property(someSketches, ({ scale, sketches }) => {
        const bytes = packedOf(sketches);
        let at = 0;
        for (const sketch of sketches) {
          const end = endOfPacked(bytes, at, scale);
          expectSame([unpackSketch(bytes.subarray(at, end))], [sketch]);
          at = end;
        }
        expect(at).toBe(bytes.length);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("throws a RangeError for input that unpackSketch rejects", () => {
    const example = packSketch(sketchOf(MILLISECONDS, drawValues("log-normal", MS_DOMAIN, 20_000, 1)));
    for (let length = 1; length < example.length; length += 1) {
      expect(() => decodePacked(example.subarray(0, length), MILLISECONDS)).toThrow(RangeError);
    }
    expect(() => decodePacked(example, SCORE)).toThrow("scale 1");
    expect(() => decodePacked(Uint8Array.from([2, 1, 8, 0]), MILLISECONDS)).toThrow("version 2");
    expect(() => decodePacked(Uint8Array.from([1, 1, 5, 0]), MILLISECONDS)).toThrow("5 bits");
    expect(() => decodePacked(Uint8Array.from([1, 1, 8, 4, 0xff, 0xff, 0x7f, 1]), MILLISECONDS)).toThrow(
      RangeError,
    );
    const large = createSketch(MILLISECONDS);
    addToBucket(large, 5, 2 ** 32);
    expect(() => decodePacked(packSketch(large), MILLISECONDS)).toThrow("too large");
  });

  it("never returns an invalid sketch, another error or an endless loop", () => {
    const headed = fc
      .tuple(fc.constantFrom(4, 8), fc.uint8Array({ maxLength: 127 }))
      .map(([width, rest]) => Uint8Array.from([1, 1, width, rest.length, ...rest]));
    fc.assert(
      fc.property(fc.oneof(headed, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        let decoded: DecodedSketches;
        try {
          decoded = decodePacked(bytes, MILLISECONDS);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        const sum = createSketch(MILLISECONDS);
        for (const sketch of restored(MILLISECONDS, decoded)) mergeInto(sum, sketch);
        const merged = createSketch(MILLISECONDS);
        mergePacked(merged, bytes);
        expectSame([sum], [merged]);
      }),
      { seed: 4, numRuns: 1_500 },
    );
  });
});

describe("a table of cells", () => {
  const values = drawValues("log-normal", MS_DOMAIN, 400, 7);
  const sketches = [sketchOf(MILLISECONDS, values.slice(0, 300)), sketchOf(MILLISECONDS, values.slice(300))];
  const decoded = decodedFrom(sketches);

  it("pours weighted buckets, and knows in which of them there is something", () => {
    const table = new CellTable(MILLISECONDS);
    table.add(0, 0, 0, decoded, 0);
    table.add(1, 2, 1, decoded, 1);
    expect([table.length, table.samples[0], table.samples[1]]).toEqual([2, 300, 100]);
    const poured = new Float64Array(MILLISECONDS.edges.length);
    table.pour(0, 1, poured);
    table.pour(1, 2, poured);
    const expected = createSketch(MILLISECONDS);
    mergeInto(expected, sketches[0] as Sketch);
    mergeInto(expected, sketches[1] as Sketch, 2);
    expect(poured).toEqual(expected.counts);
    expect(poured.findIndex((count) => count > 0)).toBe(table.first);
    expect(poured.findLastIndex((count) => count > 0)).toBe(table.end - 1);
  });

  it("counts what lies below a place, with a part of the bucket in which it is", () => {
    const table = new CellTable(MILLISECONDS);
    table.add(0, 0, 0, decoded, 0);
    const { counts, n } = sketches[0] as Sketch;
    for (const share of [0.01, 0.25, 0.5, 0.75, 0.99]) {
      const place = pointAt({ counts, mass: n, from: 0, to: counts.length }, share);
      expect(table.below(0, place)).toBeCloseTo(share * 300, 9);
    }
    expect(table.below(0, { bucket: 0, fraction: 1 })).toBe(0);
    expect(table.below(0, { bucket: counts.length - 1, fraction: 1 })).toBe(300);
  });

  it("counts all entries alike, also after entries were added", () => {
    const table = new CellTable(MILLISECONDS);
    const place = { bucket: bucketOf(MILLISECONDS, values[0] as number), fraction: 0.3 };
    table.add(0, 0, 0, decoded, 0);
    expect([...table.belowEach(place)]).toEqual([table.below(0, place)]);
    table.add(0, 1, 0, decoded, 1);
    expect([...table.belowEach(place)]).toEqual([table.below(0, place), table.below(1, place)]);
    table.clear();
    table.add(0, 0, 0, decoded, 1);
    expect([...table.belowEach(place)]).toEqual([table.below(0, place)]);
  });

  it("is as new when it is cleared", () => {
    const table = new CellTable(SCORE);
    const scores = decodedFrom([
      sketchOf(SCORE, drawValues("many zeros", SCORE_DOMAIN, 50, 1)),
      createSketch(SCORE),
    ]);
    table.add(0, 0, 0, scores, 0);
    table.clear();
    expect([table.length, table.first, table.end]).toEqual([0, 0, 0]);
    table.add(1, 1, 1, scores, 1);
    expect([table.length, table.samples[0], table.sides[0], table.first, table.end]).toEqual([1, 0, 1, 0, 0]);
  });
});
