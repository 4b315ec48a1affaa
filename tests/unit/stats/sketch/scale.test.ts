import { describe, expect, it } from "vitest";
import {
  bucketOf,
  MILLISECONDS,
  SCORE,
  type Scale,
  scaleOf,
  scaleOfCode,
} from "../../../../app/stats/sketch/scale";
import { MAX_VALUE, METRICS, THRESHOLDS } from "../../../../app/vitals/metrics";
import { neighbour } from "../shapes";

describe.each([
  ["milliseconds", MILLISECONDS, 600_000],
  ["scores", SCORE, 100],
])("the scale of %s", (_, scale: Scale, largest) => {
  const edges = [...scale.edges];
  const representatives = [...scale.representatives];

  it("ranges from 0 to the largest accepted value", () => {
    expect(edges[0]).toBe(0);
    expect(edges.at(-1)).toBe(largest);
    for (const metric of METRICS.filter((m) => scaleOf(m) === scale)) expect(MAX_VALUE[metric]).toBe(largest);
  });

  it("ascends, with each estimate within its bucket", () => {
    expect(representatives).toHaveLength(edges.length);
    expect(representatives[0]).toBe(0);
    for (let i = 1; i < edges.length; i += 1) {
      const [low = Number.NaN, high = Number.NaN] = [edges[i - 1], edges[i]];
      expect(high).toBeGreaterThan(low);
      expect(representatives[i]).toBeGreaterThan(low);
      expect(representatives[i]).toBeLessThanOrEqual(high);
    }
  });

  it("bounds the relative error of every bucket but that of the smallest values", () => {
    for (let i = 2; i < edges.length; i += 1) {
      const [low = Number.NaN, high = Number.NaN] = [edges[i - 1], edges[i]];
      const estimate = representatives[i] ?? Number.NaN;
      expect(1 - estimate / high).toBeLessThan(0.005 + 1e-12);
      expect(estimate / low - 1).toBeLessThan(0.005 + 1e-12);
    }
    expect(edges.length).toBeLessThan(1_600);
  });

  it("assigns each edge to its bucket and larger values to the next one", () => {
    for (const [i, edge] of edges.entries()) {
      expect(bucketOf(scale, edge)).toBe(i);
      if (i > 0) expect(bucketOf(scale, neighbour(edge, -1))).toBe(i === 1 ? 1 : i);
      if (i + 1 < edges.length) expect(bucketOf(scale, neighbour(edge, 1))).toBe(i + 1);
    }
    expect(bucketOf(scale, -0)).toBe(0);
    expect(bucketOf(scale, Number.MIN_VALUE)).toBe(1);
  });

  it("assigns each estimate to its own bucket", () => {
    expect(representatives.map((value) => bucketOf(scale, value))).toEqual(edges.map((_, i) => i));
  });

  it.each([
    Number.NaN,
    -1,
    -Number.MIN_VALUE,
    Number.POSITIVE_INFINITY,
    neighbour(largest, 1),
  ])("throws for %d", (value) => {
    expect(() => bucketOf(scale, value)).toThrow(RangeError);
  });

  it("is returned by scaleOfCode", () => {
    expect(scaleOfCode(scale.code)).toBe(scale);
  });
});

it("has every threshold as an edge", () => {
  for (const metric of METRICS) {
    const { edges } = scaleOf(metric);
    expect(edges).toContain(THRESHOLDS[metric].good);
    expect(edges).toContain(THRESHOLDS[metric].needsImprovement);
  }
});

it("has the edges of stored sketches", () => {
  const some = ({ code, edges }: Scale): string[] =>
    [code, edges.length, ...[1, 2, 300, 700, 1_000, 1_300].map((i) => edges[i] ?? 0)].map((n) =>
      n.toPrecision(9),
    );
  expect([MILLISECONDS, SCORE].map(some)).toMatchInlineSnapshot(`
    [
      [
        "1.00000000",
        "1567.00000",
        "0.100000000",
        "0.101003809",
        "1.98147288",
        "107.668661",
        "2131.90518",
        "42177.7078",
      ],
      [
        "2.00000000",
        "1385.00000",
        "0.000100000000",
        "0.000101004689",
        "0.00198663768",
        "0.108293772",
        "2.16113355",
        "43.2226710",
      ],
    ]
  `);
});

it("scaleOfCode throws for an unknown code", () => {
  for (const code of [0, 3, 255, Number.NaN]) expect(() => scaleOfCode(code)).toThrow(RangeError);
});
