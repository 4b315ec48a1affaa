import { describe, expect, it } from "vitest";
import { grafanaView, searchedRoute } from "../../../app/grafana/grafana-view";
import { knownRoutes } from "../../../app/grafana/siblings";
import { slowSpans } from "../../../app/grafana/traceql";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { NOW } from "../../support/measurements";
import { grafanaConfig } from "./arbitraries";

/** Routes of forged beacons, over which an engine that backtracks would not come to an end. */
const HOSTILE = [
  `/${Array.from({ length: 80 }, (_, i) => `:abc${i}`).join(".")}`,
  `/:x.:y.:z.:w.:v-b`,
  `/${Array.from({ length: 60 }, (_, i) => `:v${i}-`).join("")}b`,
  `/:a(${".:".repeat(400)}).:b.:c.:d`,
  "/*".repeat(32),
  "/**".repeat(16),
  "/:a?".repeat(32),
  `${"{/:a}".repeat(30)}`,
  `${"/a".repeat(150)}?{`,
  `/${".a".repeat(600)}z`,
  `${"/[a]".repeat(31)}/[...b]`,
  `/${"(a)".repeat(200)}`,
  `/${"[".repeat(500)}`,
  `/${"{".repeat(500)}${"}".repeat(500)}`,
];

describe("links of hostile routes", () => {
  it.each(HOSTILE)("come to an end beside a thousand others: %#", (text) => {
    const others = Array.from({ length: 1_000 - HOSTILE.length }, (_, i) => `${"/:a?".repeat(i % 31)}/x${i}`);
    const view = grafanaView({ ...DEFAULT_QUERY }, NOW, knownRoutes([...HOSTILE, ...others]));
    const query = slowSpans(grafanaConfig(), { ...view, route: searchedRoute(text) }, 800);
    expect(query).toContain("span.http.route");
    expect(encodeURIComponent(query).length).toBeLessThan(16_384);
  });
});
