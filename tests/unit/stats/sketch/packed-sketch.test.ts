import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mergeEachPacked,
  mergePacked,
  packSketch,
  unpackSketch,
} from "../../../../app/stats/sketch/packed-sketch";
import { MILLISECONDS, SCORE, type Scale } from "../../../../app/stats/sketch/scale";
import {
  addToBucket,
  addValue,
  createSketch,
  mergeInto,
  type Sketch,
} from "../../../../app/stats/sketch/sketch";
import { expectEqual } from "../../../support/expect-equal";
import { DOMAINS, type Domain, drawValues, SHAPE_NAMES, sketchOf } from "../shapes";

const merged = (...sketches: Sketch[]): Sketch => {
  const into = createSketch(sketches[0]?.scale ?? MILLISECONDS);
  for (const sketch of sketches) mergeInto(into, sketch);
  return into;
};

const concatenated = (...parts: Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Three lists of values of one scale, each of a shape of its own; some are empty. */
const threeLists = fc
  .record({
    domain: fc.constantFrom(...DOMAINS),
    lists: fc.tuple(
      ...[1, 2, 3].map(() =>
        fc.record({
          shape: fc.constantFrom(...SHAPE_NAMES),
          size: fc.integer({ min: 0, max: 400 }),
          seed: fc.nat(),
        }),
      ),
    ),
  })
  .map(({ domain, lists }) => ({
    scale: domain.scale,
    lists: lists.map(({ shape, size, seed }) => drawValues(shape, domain, size, seed)),
  }));

const forAll = (
  seed: number,
  check: (scale: Scale, a: Sketch, b: Sketch, c: Sketch, lists: readonly number[][]) => void,
): void =>
  fc.assert(
    fc.property(threeLists, ({ scale, lists }) => {
      const [a, b, c] = lists.map((values) => sketchOf(scale, values)) as [Sketch, Sketch, Sketch];
      check(scale, a, b, c, lists);
    }),
    { seed, numRuns: 200 },
  );

describe("merging packed sketches", () => {
  it("equals the bytes of all values in one sketch", () => {
    forAll(1, (scale, a, b, c, lists) => {
      expectEqual(packSketch(merged(a, b, c)), packSketch(sketchOf(scale, lists.flat())));
    });
  });

  it("is commutative and associative, with the empty sketch as identity", () => {
    forAll(2, (scale, a, b, c) => {
      expectEqual(packSketch(merged(a, b)), packSketch(merged(b, a)));
      expectEqual(packSketch(merged(merged(a, b), c)), packSketch(merged(a, merged(b, c))));
      expectEqual(packSketch(merged(a, createSketch(scale))), packSketch(a));
      expectEqual(packSketch(merged(createSketch(scale), a)), packSketch(a));
    });
  });

  it.each(SHAPE_NAMES)("holds for %s values of every size", (shape) => {
    for (const domain of DOMAINS) {
      for (const size of [1, 10, 1_000, 20_000]) {
        const values = drawValues(shape, domain, size, size);
        const cut = Math.floor(size / 3);
        const [a, b] = [
          sketchOf(domain.scale, values.slice(0, cut)),
          sketchOf(domain.scale, values.slice(cut)),
        ];
        const all = packSketch(sketchOf(domain.scale, values));
        expect(packSketch(merged(a, b))).toEqual(all);
        expect(packSketch(merged(b, a))).toEqual(all);
        expect(packSketch(unpackSketch(concatenated(packSketch(b), packSketch(a))))).toEqual(all);
      }
    }
  });
});

describe("packSketch", () => {
  it("is lossless", () => {
    forAll(3, (_, a) => {
      expect(unpackSketch(packSketch(a))).toEqual(a);
    });
  });

  it("is lossless for large counts", () => {
    const sketch = createSketch(SCORE);
    for (const [i, count] of [1, 63, 64, 8_191, 8_192, 2 ** 31, 2 ** 45, 2 ** 52 - 1].entries()) {
      addToBucket(sketch, 100 * i, count);
    }
    expect(unpackSketch(packSketch(sketch)).counts).toEqual(sketch.counts);
  });

  it("is lossless when every bucket has a large count", () => {
    for (const scale of [MILLISECONDS, SCORE]) {
      const sketch = createSketch(scale);
      for (let i = 0; i < sketch.counts.length; i += 1) addToBucket(sketch, i, 2 ** 40 + i);
      expect(unpackSketch(packSketch(sketch))).toEqual(sketch);
    }
  });

  it("makes concatenation equal to merging", () => {
    forAll(4, (scale, a, b, c) => {
      const both = concatenated(packSketch(a), packSketch(b), packSketch(c));
      expect(unpackSketch(both)).toEqual(merged(a, b, c));
      const into = sketchOf(scale, [1]);
      mergePacked(into, both);
      expect(into).toEqual(merged(sketchOf(scale, [1]), a, b, c));
    });
  });

  it("mergeEachPacked merges each sketch into the one of its index", () => {
    forAll(8, (scale, a, b, c) => {
      const into = [createSketch(scale), sketchOf(scale, [1])] as const;
      mergeEachPacked(
        concatenated(packSketch(a), packSketch(b), packSketch(c)),
        (i) => into[i === 1 ? 1 : 0],
      );
      expect(into).toEqual([merged(a, c), merged(sketchOf(scale, [1]), b)]);
    });
  });

  it("returns the earlier bytes after added values are removed", () => {
    forAll(5, (_scale, a, _b, _c, [, added = []]) => {
      const before = packSketch(a);
      for (const value of added) addValue(a, value);
      for (const value of [...added].reverse()) addValue(a, value, -1);
      expect(packSketch(a)).toEqual(before);
    });
  });

  it("packs an empty sketch into a header of four bytes", () => {
    for (const scale of [MILLISECONDS, SCORE]) {
      const packed = packSketch(createSketch(scale));
      expect(packed.length).toBe(4);
      expect(unpackSketch(packed)).toEqual(createSketch(scale));
    }
    const into = sketchOf(SCORE, [0.1]);
    mergePacked(into, new Uint8Array());
    expect(into).toEqual(sketchOf(SCORE, [0.1]));
  });

  it.each([
    -1,
    0.5,
    1.25,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
  ])("throws for a count of %d", (count) => {
    const sketch = sketchOf(MILLISECONDS, [5]);
    addToBucket(sketch, 7, count);
    expect(() => packSketch(sketch)).toThrow(RangeError);
  });

  it("needs about a byte per filled bucket", () => {
    const bytes = (metric: 0 | 1, size: number): number =>
      packSketch(
        sketchOf(
          (DOMAINS[metric] as Domain).scale,
          drawValues("log-normal", DOMAINS[metric] as Domain, size, 1),
        ),
      ).length;
    const sizes = Object.fromEntries(
      [1, 30, 300, 3_000, 30_000, 300_000].map((size) => [size, bytes(0, size)]),
    );
    expect(sizes).toMatchInlineSnapshot(`
      {
        "1": 7,
        "30": 50,
        "300": 131,
        "3000": 288,
        "30000": 470,
        "300000": 908,
      }
    `);
    expect(bytes(1, 300)).toBeLessThan(330);
    const still = drawValues("many zeros", DOMAINS[1] as Domain, 300, 1);
    expect(packSketch(sketchOf(SCORE, still)).length).toBeLessThan(160);
  });
});

describe("unpackSketch rejects bytes", () => {
  /** What reading them gives: the error, or a sketch that is sound. */
  const read = (bytes: Uint8Array): Sketch | RangeError => {
    try {
      const sketch = unpackSketch(bytes);
      const sum = sketch.counts.reduce((a, b) => a + b, 0);
      expect(sketch.counts.every((count) => count >= 0 && Number.isInteger(count))).toBe(true);
      expect(Math.abs(sum - sketch.n)).toBeLessThanOrEqual(1e-12 * sum);
      return sketch;
    } catch (error) {
      if (error instanceof RangeError) return error;
      throw error;
    }
  };

  const example = packSketch(
    sketchOf(MILLISECONDS, drawValues("log-normal", DOMAINS[0] as Domain, 20_000, 1)),
  );

  it("truncated anywhere", () => {
    for (let length = 0; length < example.length; length += 1) {
      expect(() => unpackSketch(example.subarray(0, length))).toThrow(RangeError);
    }
    const two = concatenated(example, example);
    for (let length = example.length + 1; length < two.length; length += 1) {
      expect(() => unpackSketch(two.subarray(0, length))).toThrow(RangeError);
    }
  });

  it("followed by others", () => {
    for (const rest of [[0], [1], [1, 1], [1, 2, 0], [2, 1, 0]]) {
      expect(() => unpackSketch(Uint8Array.from([...example, ...rest]))).toThrow(RangeError);
    }
  });

  it("of another version, scale or cell width", () => {
    expect(() => unpackSketch(Uint8Array.from([2, 1, 8, 0]))).toThrow("version 2");
    expect(() => unpackSketch(Uint8Array.from([1, 9, 8, 0]))).toThrow("code 9");
    for (const width of [0, 1, 5, 16, 255]) {
      expect(() => unpackSketch(Uint8Array.from([1, 1, width, 0]))).toThrow(`${width} bits`);
    }
    expect(() => mergePacked(createSketch(SCORE), example)).toThrow(RangeError);
    expect(() => unpackSketch(concatenated(example, packSketch(sketchOf(SCORE, [0.1]))))).toThrow(RangeError);
  });

  it.each([4, 8])("with a too large or endless number in cells of %d bits", (width) => {
    const cells = (count: number, byte: number): Uint8Array =>
      Uint8Array.from([1, 1, width, count, ...Array<number>(count).fill(byte)]);
    expect(() => unpackSketch(cells(100, 0xff))).toThrow(RangeError);
    expect(() => unpackSketch(cells(1, 0xff))).toThrow(RangeError);
    const zeros = Array<number>(100).fill(0x88);
    const large = width === 4 ? 0x8e : 0xfe;
    expect(() => unpackSketch(Uint8Array.from([1, 1, width, 102, large, ...zeros, 1]))).toThrow(RangeError);
    expect(() => unpackSketch(Uint8Array.from([1, 1, width, ...zeros, 1]))).toThrow(RangeError);
  });

  it("with a bucket past the end", () => {
    for (const scale of [MILLISECONDS, SCORE]) {
      const buckets = scale.edges.length;
      const ones = (bytes: number): number[] => [
        0x80 | (bytes & 0x7f),
        bytes >> 7,
        ...Array<number>(bytes).fill(1),
      ];
      expect(unpackSketch(Uint8Array.from([1, scale.code, 8, ...ones(buckets)])).n).toBe(buckets);
      expect(() => unpackSketch(Uint8Array.from([1, scale.code, 8, ...ones(buckets + 1)]))).toThrow(
        RangeError,
      );
      // A skip of 16,383 buckets, and then a sample.
      expect(() => unpackSketch(Uint8Array.from([1, scale.code, 8, 4, 0xff, 0xff, 0x7f, 1]))).toThrow(
        RangeError,
      );
    }
  });

  it("without an invalid sketch, another error or an endless loop", () => {
    const changed = fc
      .array(fc.tuple(fc.nat(example.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 })
      .map((changes) => {
        const bytes = Uint8Array.from(example);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const headed = fc
      .tuple(fc.constantFrom(4, 8), fc.uint8Array({ maxLength: 127 }))
      .map(([width, rest]) => Uint8Array.from([1, 1, width, rest.length, ...rest]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), headed, changed), (bytes) => void read(bytes)),
      { seed: 6, numRuns: 5_000 },
    );
  });

  it("without reading past their end", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(4, 8),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(255),
        (width, rest, around) => {
          const bytes = Uint8Array.from([1, 1, width, ...rest]);
          const memory = new Uint8Array(bytes.length + 40).fill(around);
          memory.set(bytes, 20);
          expect(read(memory.subarray(20, 20 + bytes.length))).toEqual(read(bytes));
        },
      ),
      { seed: 7, numRuns: 2_000 },
    );
  });
});
