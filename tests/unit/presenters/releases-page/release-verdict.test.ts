import { describe, expect, it } from "vitest";
import { releaseVerdict } from "../../../../app/presenters/releases-page/release-verdict";
import { COMPARE_PREVIOUS, DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { comparisonOf } from "../comparison/comparisons";

const FROM = Date.parse("2026-11-22T10:00:00.000Z");
const TO = Date.parse("2026-11-23T13:00:00.000Z");
const LIVED = { from: FROM, to: TO, range: "24h" } as const;

describe("what a release is to the one before it", () => {
  it("is a badge for each metric, which leads to the comparison of the two over the release's own times", () => {
    const query = { ...DEFAULT_QUERY, compare: COMPARE_PREVIOUS, device: "mobile" as const, page: 3, q: "x" };
    const { against, deltas } = releaseVerdict(comparisonOf(), query, LIVED);
    const own =
      "/admin/performance?from=2026-11-22T10%3A00%3A00.000Z&to=2026-11-23T13%3A00%3A00.000Z&release=2.4.1&compare=2.4.0&device=mobile";
    expect(against).toEqual({ name: "2.4.0", href: own, absent: null });
    expect(deltas?.map(({ delta, href }) => [delta.metric, delta.label, href])).toEqual([
      ["INP", "unchanged", `${own}&metric=INP`],
      ["LCP", "slower", own],
      ["CLS", "more stable", `${own}&metric=CLS`],
      ["FCP", "undecided", `${own}&metric=FCP`],
      ["TTFB", "undecided", `${own}&metric=TTFB`],
    ]);
  });

  it("is said to be nothing, and why, for the first of all", () => {
    const first = { status: "unavailable", current: "2.3.9", baseline: null, reason: "no-previous" } as const;
    expect(releaseVerdict(first, DEFAULT_QUERY, LIVED)).toMatchObject({
      against: { name: null, absent: "none" },
      deltas: null,
    });
  });
});
