import type { ReleasesResult } from "../../../app/query/releases/releases-result";
import { emptySketches, type TrendPoint, type ViewResult } from "../../../app/query/view/view-result";
import { mergeInto } from "../../../app/stats/sketch/sketch";
import { METRICS, type Metric } from "../../../app/vitals/metrics";
import type { Release } from "../../../app/vitals/release";
import { HOUR, type TimeWindow } from "../../../app/vitals/time";
import { sketchesOf } from "./sketches";

export const NOW = Date.parse("2026-11-23T12:30:00.000Z");
const DAY_WINDOW: TimeWindow = {
  from: Date.parse("2026-11-22T13:00:00.000Z"),
  to: Date.parse("2026-11-23T13:00:00.000Z"),
};

type Steps = ReadonlyArray<Partial<Record<Metric, ReadonlyArray<number | [number, number]>>>>;

/** A view of 24 hours that is made of what its first hours hold; the others are empty. */
export function viewOf(steps: Steps, changes: Partial<ViewResult> = {}): ViewResult {
  const window = changes.window ?? DAY_WINDOW;
  const step = changes.step ?? HOUR;
  const trend: TrendPoint[] = [];
  for (let from = window.from, i = 0; from < window.to; from += step, i += 1) {
    trend.push({ from, to: from + step, metrics: sketchesOf(steps[i] ?? {}) });
  }
  const total = emptySketches();
  for (const { metrics } of trend) for (const metric of METRICS) mergeInto(total[metric], metrics[metric]);
  return {
    window,
    step,
    trend,
    total,
    pageViewsByNavigation: {
      load: Math.max(...METRICS.map((m) => total[m].n)),
      prerender: 0,
      bfcache: 0,
      soft: 0,
    },
    prefetchedPageViews: 0,
    pageViewsByBuild: new Map(),
    ...changes,
  };
}

/** Releases by their names and when they were first seen; all are established, the last one is current. */
export function releasesOf(seen: Readonly<Record<string, number>>, lastSeenAt = NOW): ReleasesResult {
  const releases = Object.entries(seen).map(
    ([buildVersion, firstSeenAt]): Release => ({
      buildVersion,
      firstSeenAt,
      lastSeenAt,
      announcedAt: null,
      link: null,
      vouchedAt: 0,
      libraries: {},
    }),
  );
  const names = releases.map(({ buildVersion }) => buildVersion);
  return {
    releases,
    timeline: {
      established: new Set(names),
      entries: releases.map(({ buildVersion, firstSeenAt }) => ({
        buildVersion,
        fromHour: Math.floor((firstSeenAt ?? 0) / HOUR),
      })),
      current: names.at(-1) ?? null,
      previous: names.at(-2) ?? null,
    },
  };
}
