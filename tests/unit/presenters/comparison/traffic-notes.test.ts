import { describe, expect, it } from "vitest";
import { trafficJson, trafficNotes } from "../../../../app/presenters/comparison/traffic-notes";
import type { SideTraffic } from "../../../../app/query/comparison/comparison-result";
import { byMetric, type Metric } from "../../../../app/vitals/metrics";
import type { StoredNavigation } from "../../../../app/vitals/navigation";
import { comparisonOf } from "./comparisons";

/** Samples of a release: so many page views of each navigation. Each reports all metrics except `given`. */
function side(
  views: Partial<Record<StoredNavigation, number>>,
  given: Partial<Record<Metric, number>> = {},
): SideTraffic {
  const of = (navigation: StoredNavigation) =>
    byMetric((metric) =>
      navigation === "load" ? (given[metric] ?? views.load ?? 0) : (views[navigation] ?? 0),
    );
  return {
    load: of("load"),
    prefetch: of("prefetch"),
    prerender: of("prerender"),
    bfcache: of("bfcache"),
    soft: of("soft"),
  };
}

const comparison = (current: SideTraffic, baseline: SideTraffic) =>
  comparisonOf({ traffic: { current, baseline } });

const plain = (notes: readonly string[]): string[] => notes.map((note) => note.replaceAll(/\s/g, " "));

describe("trafficNotes", () => {
  it("is empty where the shares are alike, and where no counts were read", () => {
    const alike = comparison(side({ load: 1_000 }, { LCP: 700 }), side({ load: 2_000 }, { LCP: 1_420 }));
    expect(trafficNotes("LCP", alike, "load")).toEqual([]);
    expect(trafficNotes("LCP", comparisonOf(), "load")).toEqual([]);
  });

  it("compares the shares of page views that report the metric", () => {
    const fewer = comparison(side({ load: 1_000 }, { LCP: 410 }), side({ load: 2_000 }, { LCP: 1_240 }));
    expect(plain(trafficNotes("LCP", fewer, "load"))).toEqual([
      "Page views that report LCP: 62 % (1,240) with 2.4.0, 41 % (410) with 2.4.1. Part of the change may come from other browsers or visits.",
    ]);
    expect(trafficNotes("TTFB", fewer, "load")).toEqual([]);
    expect(trafficJson(fewer, "load")?.reporting.LCP).toEqual({
      current: 0.41,
      baseline: 0.62,
      differs: true,
    });
  });

  it("concludes nothing under 200 page views on a side", () => {
    const few = comparison(side({ load: 199 }, { LCP: 20 }), side({ load: 2_000 }, { LCP: 1_900 }));
    expect(trafficNotes("LCP", few, "load")).toEqual([]);
  });

  it("compares the shares of prefetched loads", () => {
    const prefetched = comparison(side({ load: 700, prefetch: 300 }), side({ load: 2_000 }));
    const [note, ...more] = plain(trafficNotes("TTFB", prefetched, "load"));
    expect(note).toMatch(/^Prefetched loads: 0 % \(0\) with 2\.4\.0, 30 % \(300\) with 2\.4\.1\. /);
    expect(more).toEqual([]);
    expect(trafficNotes("TTFB", prefetched, "bfcache")).toEqual([]);
  });

  it("says whether the share of prefetched loads is matched", () => {
    const note = (current: number, baseline: number): string | undefined => {
      const sides = [
        side({ load: 700, prefetch: current }),
        side({ load: 2_000, prefetch: baseline }),
      ] as const;
      return trafficNotes("TTFB", comparison(...sides), "load")[0];
    };
    expect(note(300, 30)).toMatch(/ the verdict leaves out what comes from their share\.$/);
    expect(note(300, 29)).toMatch(
      / part of the change comes from prefetching, since a release has too few of them to match\.$/,
    );
  });

  it("says whether prerendered loads are among what is compared", () => {
    const prerendered = comparison(side({ load: 700, prerender: 300 }), side({ load: 2_000 }));
    expect(plain(trafficNotes("LCP", prerendered, "load"))).toEqual([
      "Prerendered loads: 0 % (0) with 2.4.0, 30 % (300) with 2.4.1. They are not among the compared page views, which may be others than before.",
    ]);
    expect(plain(trafficNotes("LCP", prerendered, "all"))[0]).toMatch(
      /comes from prerendering, which is not matched\.$/,
    );
    expect(trafficJson(prerendered, "load")?.prerendered).toEqual({
      current: 0.3,
      baseline: 0,
      differs: true,
    });
  });
});
