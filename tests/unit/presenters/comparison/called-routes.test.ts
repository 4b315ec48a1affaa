import { describe, expect, it } from "vitest";
import { calledRoutes } from "../../../../app/presenters/comparison/called-routes";
import { COMPARE_PREVIOUS, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type { Changes } from "../../../../app/query/comparison/comparison-result";
import { changeOf, clsChange, timeChange } from "./comparisons";

const NONE = changeOf();
const SAME: Changes = { INP: NONE, LCP: NONE, CLS: NONE, FCP: NONE, TTFB: NONE };
const slower = (percent: number) =>
  timeChange(1_000, 1_000 * (1 + percent / 100), 4, { verdict: "regression" });
const faster = (percent: number) =>
  timeChange(1_000, 1_000 * (1 - percent / 100), 4, { verdict: "improvement" });

const query = { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS };

describe("calledRoutes", () => {
  it("is null where no route was compared", () => {
    expect(calledRoutes(new Map(), query)).toBeNull();
  });

  it("counts the compared routes where none is called", () => {
    const undecided = timeChange(1_000, 1_200, 40, { verdict: "inconclusive" });
    const routes = new Map([
      ["/a", SAME],
      ["/b", { ...SAME, LCP: undecided }],
    ]);
    expect(calledRoutes(routes, query)).toEqual({ routes: [], more: 0, compared: 2 });
  });

  it("lists regressions by size, then improvements by size, each with the chosen metric first", () => {
    const routes = new Map<string, Changes>([
      ["/better", { ...SAME, LCP: faster(10) }],
      ["/much-better", { ...SAME, LCP: faster(30) }],
      ["/worse", { ...SAME, INP: slower(20), LCP: slower(12) }],
      ["/same", SAME],
      ["/worst", { ...SAME, TTFB: slower(50), LCP: faster(8) }],
    ]);
    const called = calledRoutes(routes, query);
    expect(
      called?.routes.map(({ route, changes }) => [
        route,
        changes.map(({ metric, mark, label }) => `${metric} ${mark} ${label}`),
      ]),
    ).toEqual([
      ["/worst", ["LCP -8% ↓ faster", "TTFB +50% ↑ slower"]],
      ["/worse", ["LCP +12% ↑ slower", "INP +20% ↑ slower"]],
      ["/much-better", ["LCP -30% ↓ faster"]],
      ["/better", ["LCP -10% ↓ faster"]],
    ]);
    expect(called).toMatchObject({ more: 0, compared: 5 });
  });

  it("counts those that it leaves out", () => {
    const routes = new Map(Array.from({ length: 9 }, (_, i) => [`/${i}`, { ...SAME, LCP: slower(10 + i) }]));
    const called = calledRoutes(routes, query);
    expect(called?.routes.map(({ route }) => route)).toEqual(["/8", "/7", "/6", "/5"]);
    expect(called).toMatchObject({ more: 5, compared: 9 });
  });

  it("orders changes of size 0, or of none, between regressions and improvements", () => {
    const sizeless = changeOf({ verdict: "regression" });
    const routes = new Map<string, Changes>([
      ["/better", { ...SAME, LCP: faster(10) }],
      ["/sizeless", { ...SAME, LCP: sizeless }],
      ["/zero", { ...SAME, LCP: slower(0) }],
      ["/worse", { ...SAME, LCP: slower(10) }],
    ]);
    const called = calledRoutes(routes, query);
    expect(called?.routes.map(({ route }) => route)).toEqual(["/worse", "/sizeless", "/zero", "/better"]);
  });

  it("lists a regression of CLS by its good share before every improvement", () => {
    const routes = new Map<string, Changes>([
      ["/better", { ...SAME, LCP: faster(40) }],
      ["/worse", { ...SAME, CLS: clsChange(0.05, -0.001, 0.01, { verdict: "regression" }) }],
    ]);
    expect(calledRoutes(routes, query)?.routes.map(({ route }) => route)).toEqual(["/worse", "/better"]);
  });

  it("sizes CLS and times alike, and links to the route under the same comparison", () => {
    const routes = new Map<string, Changes>([
      ["/time", { ...SAME, LCP: slower(10) }],
      ["/cls", { ...SAME, CLS: clsChange(0.05, 0.06, 0.01, { verdict: "regression" }) }],
    ]);
    const [first] = calledRoutes(routes, query)?.routes ?? [];
    expect(first?.route).toBe("/cls");
    expect(first?.href).toBe("/admin/performance/route?compare=previous&route=%2Fcls");
  });
});
