import { describe, expect, it } from "vitest";
import { ENGINES, enginesThatReport, REPORTED_SINCE } from "../../../app/vitals/engines";
import { METRICS } from "../../../app/vitals/metrics";

describe("enginesThatReport", () => {
  it.each(METRICS)("names Blink first for %s, which reports everything", (metric) => {
    expect(enginesThatReport(metric)[0]).toBe("Blink");
  });

  it("leaves out engines that never report the metric", () => {
    expect(enginesThatReport("CLS")).toEqual(["Blink"]);
    expect(enginesThatReport("LCP")).toEqual(ENGINES);
  });
});

describe("REPORTED_SINCE", () => {
  it("has a version or null for every metric and engine", () => {
    const versions = METRICS.flatMap((metric) => ENGINES.map((engine) => REPORTED_SINCE[metric][engine]));
    for (const version of versions) expect(version ?? "0").toMatch(/^\d+(\.\d+)?$/);
  });
});
