import { describe, expect, it } from "vitest";
import { comparisonBanner } from "../../../../app/presenters/comparison/banner";
import { runsText } from "../../../../app/presenters/comparison/sentence";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type {
  Change,
  ComparisonResult,
  UnavailableComparison,
} from "../../../../app/query/comparison/comparison-result";
import { NO_COMPARISON_REASONS } from "../../../../app/vitals/comparison";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { NOW, releasesOf } from "../views";
import { CHANGES, changesOf, comparisonOf, MODEL } from "./comparisons";

const RELEASES = releasesOf({ "2.4.0": NOW - 5 * DAY, "2.4.1": NOW - 3 * HOUR, "2.5.0-RC1": NOW });

const banner = (result: ComparisonResult, query: Partial<CockpitQuery> = {}) =>
  comparisonBanner(
    result,
    { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS, sort: "regression", ...query },
    RELEASES,
    "cockpit",
    NOW,
  );

function made(given: Parameters<typeof comparisonOf>[0] = {}, query: Partial<CockpitQuery> = {}) {
  const model = banner(comparisonOf(given), query);
  if (model.status === "unavailable") throw new Error(model.text);
  return model;
}

describe("what the top of a page says of two releases", () => {
  it("is of the chosen metric first, then in short of the others", () => {
    const lcp = made();
    expect(lcp.tone).toBe("worse");
    expect(runsText(lcp.sentence)).toMatch(/^2\.4\.1 is slower than 2\.4\.0 on LCP: /);
    expect(runsText(lcp.others)).toMatch(/^CLS is more stable/);
    const cls = made({}, { metric: "CLS" });
    expect([cls.tone, runsText(cls.others).slice(0, 13)]).toEqual(["better", "LCP is slower"]);
  });

  it("names the called routes, but not where one route is in view", () => {
    const routes = new Map([["/cart", CHANGES]]);
    expect(made({ routes }).routes?.routes.map(({ route }) => route)).toEqual(["/cart"]);
    expect(made({ routes }, { route: "/cart" }).routes).toBeNull();
  });

  it("names the compared times, one by one or as stretches", () => {
    expect(made().times).toEqual([
      { release: "2.4.1", times: "23 Nov 05:00 – 23 Nov 13:00 UTC" },
      { release: "2.4.0", times: "23 Nov 05:00 – 23 Nov 13:00 UTC" },
    ]);
    expect(made({ windows: MODEL }).times[1]).toEqual({
      release: "2.4.0",
      times: "7 stretches within 15 Nov 12:30 – 22 Nov 12:30 UTC",
    });
  });

  it("says what each kind of windows matches, and what it does not", () => {
    const matching = (method: Change["method"], windows = MODEL) =>
      made({ windows, changes: changesOf({ LCP: { ...CHANGES.LCP, method } }) }).notes.at(-1);
    expect(matching("concurrent", comparisonOf().windows)).toMatch(
      /^Both releases were live at once: 8 hours/,
    );
    expect(matching("model")).toMatch(/^One model of all hours of 28 days: devices, time of day/);
    expect(matching("lifetime")).toBe(
      "Time of day is not matched, so no regression or improvement is called.",
    );
    expect(matching("stretches")).toMatch(/^The hours of each release: .* not modelled for a route/);
  });

  it("states that the last look did not call a change of a replaced release", () => {
    const change = { ...CHANGES.FCP, leaning: "worse", reason: "last-look" } as const;
    const notes = made({ changes: changesOf({ LCP: change }) }).notes.join(" ");
    expect(notes).toContain("The last look, at its replacement, did not call the change");
    expect(notes).not.toContain("next look");
  });

  it("says why a stricter bound holds while a release is young, and why a verdict is withheld", () => {
    const early = { ...CHANGES.FCP, early: true, leaning: "worse", reason: "early" } as const;
    expect(made({ changes: changesOf({ LCP: early }) }).notes.join(" ")).toContain(
      "Until then a stricter bound applies, because frequent checks find chance differences.",
    );
    const other = { ...CHANGES.FCP, reason: "library-changed" } as const;
    expect(made({ changes: changesOf({ LCP: other }) }).notes.join(" ")).toContain(
      "Another version measures another thing",
    );
  });
});

describe("why nothing is compared", () => {
  const none = (
    reason: UnavailableComparison["reason"],
    query: Partial<CockpitQuery> = {},
    given: Partial<UnavailableComparison> = {},
  ) => {
    const model = banner(
      { status: "unavailable", current: "2.4.1", baseline: null, reason, ...given },
      query,
    );
    if (model.status === "compared") throw new Error("It was made.");
    return model;
  };

  it.each(NO_COMPARISON_REASONS)("is a sentence that says what to do next: %s", (reason) => {
    const { text, links } = none(reason);
    expect(text).toMatch(/^There is nothing to compare/);
    expect(text.match(/[.]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(links.map(({ href }) => href)).toContain("/admin/performance");
  });

  it("offers the spelling that exists", () => {
    const { links } = none("unknown-release", { release: "2.5.0-rc1" }, { current: "2.5.0-rc1" });
    expect(links[0]).toEqual({
      text: "2.5.0-RC1",
      href: "/admin/performance?release=2.5.0-RC1&compare=previous",
    });
    const compare = { with: "build", buildVersion: "2.5.0-rc1" } as const;
    expect(
      none("unknown-baseline", { compare }, { baseline: "2.5.0-rc1" }).links.map(({ text }) => text),
    ).toEqual([
      ...["Compare with 2.5.0-RC1", "Compare with the previous release", "Don't compare", "All releases"],
    ]);
  });

  it("offers longer times to a release that is not in them", () => {
    expect(none("release-not-in-view").links[0]?.href).toBe("/admin/performance?range=90d&compare=previous");
    expect(none("release-not-in-view", { range: "90d" }).links).toHaveLength(1);
  });
});
