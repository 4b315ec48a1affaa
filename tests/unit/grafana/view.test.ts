import { describe, expect, it } from "vitest";
import { grafanaView } from "../../../app/grafana/grafana-view";
import { DEFAULT_THRESHOLD, slowThreshold } from "../../../app/grafana/slow-threshold";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { parseTime } from "../../support/grafana";
import { NOW } from "../../support/measurements";

const view = (changes: Partial<CockpitQuery>) => grafanaView({ ...DEFAULT_QUERY, ...changes }, NOW);
const at = (text: string): number => Date.parse(text);

describe("grafanaView", () => {
  it("has a relative range where the page's is", () => {
    expect(view({ range: "90d" }).range).toEqual({ from: "now-90d", to: "now" });
  });

  it("has the window of the page: whole hours, and five minutes for short ones", () => {
    const hours = view({ from: at("2026-11-20T10:20:00Z"), to: at("2026-11-21T10:20:00Z") }).range;
    expect([hours.from, hours.to].map(Number)).toEqual([
      at("2026-11-20T10:00:00Z"),
      at("2026-11-21T11:00:00Z"),
    ]);
    const minutes = view({ from: at("2026-11-20T10:22:00Z"), to: at("2026-11-20T11:22:00Z") }).range;
    expect([minutes.from, minutes.to].map(Number)).toEqual([
      at("2026-11-20T10:20:00Z"),
      at("2026-11-20T11:25:00Z"),
    ]);
  });

  it("ends now without an end", () => {
    expect(view({ from: at("2026-11-20T10:00:00Z") }).range).toEqual({
      from: String(at("2026-11-20T10:00:00Z")),
      to: "now",
    });
  });

  it("has the length of the range without a start", () => {
    const { from, to } = view({ to: at("2026-11-20T10:00:00Z"), range: "7d" }).range;
    expect([from, to].map(Number)).toEqual([at("2026-11-13T10:00:00Z"), at("2026-11-20T10:00:00Z")]);
  });

  it("never writes a time that Grafana reads as a date", () => {
    for (const text of ["0001-01-01", "1969-12-31", "1970-01-01T03:00:00Z", "2001-09-01"]) {
      const { from } = view({ from: at(text), to: at("2026-11-20T10:00:00Z") }).range;
      expect(parseTime(from)).toBe(at(text));
    }
  });
});

describe("isNamedRoute and placeholders", () => {
  it("leaves placeholders out", () => {
    expect(view({ route: "(other)", release: "unknown" })).toMatchObject({ route: null, release: null });
    expect(view({ route: "(unknown)", release: "(other)" })).toMatchObject({ route: null, release: null });
    expect(view({ route: "unknown-route" }).route?.text).toBe("unknown-route");
  });
});

describe("slowThreshold", () => {
  it.each([
    [812, 810],
    [800, 800],
    [1_299, 1_200],
    [99.7, 99],
    [7.4, 7],
    [1, 1],
    [600_000, 600_000],
  ])("rounds the p75 of %d ms down to %d", (p75, threshold) => {
    expect(slowThreshold(p75)).toBe(threshold);
  });

  it.each([null, 0, 0.4])("returns a good TTFB for the p75 %s", (p75) => {
    expect(slowThreshold(p75)).toBe(DEFAULT_THRESHOLD);
    expect(DEFAULT_THRESHOLD).toBe(800);
  });
});
