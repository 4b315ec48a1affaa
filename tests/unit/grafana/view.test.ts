import { describe, expect, it } from "vitest";
import { grafanaView } from "../../../app/grafana/grafana-view";
import { DEFAULT_THRESHOLD, slowThreshold } from "../../../app/grafana/slow-threshold";
import { type CockpitQuery, DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { parseTime } from "../../support/grafana";
import { NOW } from "../../support/measurements";

const view = (changes: Partial<CockpitQuery>) => grafanaView({ ...DEFAULT_QUERY, ...changes }, NOW);
const at = (text: string): number => Date.parse(text);

describe("the times of a link", () => {
  it("are relative where the page's are", () => {
    expect(view({ range: "90d" }).range).toEqual({ from: "now-90d", to: "now" });
  });

  it("are those that the page shows: whole hours, and five minutes for short ones", () => {
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

  it("go on where they have no end", () => {
    expect(view({ from: at("2026-11-20T10:00:00Z") }).range).toEqual({
      from: String(at("2026-11-20T10:00:00Z")),
      to: "now",
    });
  });

  it("have the length of the range where they have no beginning", () => {
    const { from, to } = view({ to: at("2026-11-20T10:00:00Z"), range: "7d" }).range;
    expect([from, to].map(Number)).toEqual([at("2026-11-13T10:00:00Z"), at("2026-11-20T10:00:00Z")]);
  });

  it("are never what Grafana would take for a date", () => {
    for (const text of ["0001-01-01", "1969-12-31", "1970-01-01T03:00:00Z", "2001-09-01"]) {
      const { from } = view({ from: at(text), to: at("2026-11-20T10:00:00Z") }).range;
      expect(parseTime(from)).toBe(at(text));
    }
  });
});

describe("placeholders", () => {
  it("are no names that a span has", () => {
    expect(view({ route: "(other)", release: "unknown" })).toMatchObject({ route: null, release: null });
    expect(view({ route: "(unknown)", release: "(other)" })).toMatchObject({ route: null, release: null });
    expect(view({ route: "unknown-route" }).route).toBe("unknown-route");
  });
});

describe("what is slow", () => {
  it.each([
    [812, 810],
    [800, 800],
    [1_299, 1_200],
    [99.7, 99],
    [7.4, 7],
    [1, 1],
    [600_000, 600_000],
  ])("is the p75 of TTFB, cut to two digits: %d ms gives %d", (p75, threshold) => {
    expect(slowThreshold(p75)).toBe(threshold);
  });

  it.each([null, 0, 0.4])("is a good TTFB where there is no p75 to go by: %s", (p75) => {
    expect(slowThreshold(p75)).toBe(DEFAULT_THRESHOLD);
    expect(DEFAULT_THRESHOLD).toBe(800);
  });
});
