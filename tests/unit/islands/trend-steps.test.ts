import { describe, expect, test } from "vitest";
import { dottedSteps, stepByKey, stepEdges, stepsBetween, zoomUrl } from "../../../app/islands/trend-steps";

const HOUR = 3_600_000;
const FROM = Date.parse("2026-11-22T08:00:00Z");

describe("the edges of steps", () => {
  test("lie halfway between the middles of two steps", () => {
    const times = [0.5, 1.5, 2.5].map((hours) => FROM + hours * HOUR);
    expect(stepEdges({ from: FROM, times })).toEqual([0, 1, 2, 3].map((hours) => FROM + hours * HOUR));
  });

  test("follow the window at a clipped first and last step", () => {
    const times = [0.25, 1, 1.75].map((hours) => FROM + hours * HOUR);
    expect(stepEdges({ from: FROM, times })).toEqual([0, 0.5, 1.5, 2].map((hours) => FROM + hours * HOUR));
  });
});

describe("the URL of a zoom", () => {
  const data = {
    from: FROM,
    times: [0.5, 1.5, 2.5].map((hours) => FROM + hours * HOUR),
    zoomHref: "/admin/performance?device=mobile&metric=INP",
  };
  const zoomed = (first: number, last: number) =>
    new URL(zoomUrl(data, { first, last }, "http://cockpit.example/admin/performance?q=1"));

  test("selects whole steps, and keeps the other parameters", () => {
    expect(Object.fromEntries(zoomed(1, 2).searchParams)).toEqual({
      device: "mobile",
      metric: "INP",
      from: "2026-11-22T09:00:00.000Z",
      to: "2026-11-22T11:00:00.000Z",
    });
  });

  test("keeps the page's path, also under a base path", () => {
    const base = "http://shop.example/vitals/admin/performance?q=1#main";
    const { pathname, hash } = new URL(zoomUrl(data, { first: 0, last: 0 }, base));
    expect([pathname, hash]).toEqual(["/vitals/admin/performance", ""]);
  });

  test("selects a single step", () => {
    expect(zoomed(0, 0).searchParams.get("to")).toBe("2026-11-22T09:00:00.000Z");
  });
});

describe("the dots of a line", () => {
  test("mark every point of a short line", () => {
    expect(dottedSteps([1, null, 0, 3])).toEqual([0, 2, 3]);
  });

  test("mark only points without a neighbour on a long line", () => {
    const many: Array<number | null> = Array.from({ length: 15 }, () => 1);
    expect(dottedSteps([...many, null, 5, null, ...many, null, 0])).toEqual([16, 34]);
  });
});

describe("the keys", () => {
  test.each([
    ["ArrowLeft", 4],
    ["ArrowRight", 6],
    ["ArrowUp", 6],
    ["ArrowDown", 4],
    ["Home", 0],
    ["End", 23],
    ["PageUp", 7],
    ["PageDown", 3],
  ])("%s moves from step 5 to %i", (key, step) => {
    expect(stepByKey(key, 5, 24)).toBe(step);
  });

  test("do not move beyond the ends", () => {
    expect(stepByKey("ArrowLeft", 0, 24)).toBe(0);
    expect(stepByKey("PageUp", 23, 24)).toBe(23);
  });

  test("ignore all other keys", () => {
    for (const key of ["a", "Tab", "constructor"]) expect(stepByKey(key, 5, 24)).toBeNull();
  });
});

test("a selection orders its two steps", () => {
  expect(stepsBetween(5, 2)).toEqual({ first: 2, last: 5 });
});
