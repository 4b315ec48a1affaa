import { figuresOf } from "../../app/rollup/summary-changes";
import { bucketOf, scaleOf } from "../../app/stats/scale";
import { addToBucket, createSketch, mergeInto, type Sketch } from "../../app/stats/sketch";
import type { Database } from "../../app/storage/database.server";
import { GRAINS, type Grain, replaceSummaries, type Summary } from "../../app/storage/summaries.server";
import { METRICS, type Metric } from "../../app/vitals/metrics";
import type { TimeWindow } from "../../app/vitals/time";

/** How summaries of a large site are made without its measurements: counts per summary, by a formula. */
export type Traffic = {
  routes: number;
  devices: ReadonlyArray<"mobile" | "desktop">;
  pageViewsPerHour: number;
  buildVersion: string;
};

/** The size that the speed figures are stated for: about 100 million page views a month. */
export const LARGE_SITE: Traffic = {
  routes: 50,
  devices: ["mobile", "desktop"],
  pageViewsPerHour: 139_000,
  buildVersion: "2.4.1",
};

const MEDIAN: Readonly<Record<Metric, number>> = { INP: 120, LCP: 1900, CLS: 0.04, FCP: 1100, TTFB: 420 };
const SIGMA = 0.65;

/** Inverse of the normal distribution at evenly spaced ranks, near enough (Tukey's lambda, 0.1349). */
const normalAt = (p: number): number => (p ** 0.1349 - (1 - p) ** 0.1349) / 0.1975;

/** A log-normal sketch of `n` samples: the same buckets that measurements so distributed would fill. */
function logNormalSketch(metric: Metric, n: number, shift: number): Sketch {
  const scale = scaleOf(metric);
  const sketch = createSketch(scale);
  for (let i = 0; i < n; i += 1) {
    const value = MEDIAN[metric] * Math.exp(shift + SIGMA * normalAt((i + 0.5) / n));
    addToBucket(sketch, bucketOf(scale, value), 1);
  }
  return sketch;
}

/** Writes the summaries of `window` in one grain, through the fold's own figures and statements. */
export async function writeSummaries(
  database: Database,
  grain: Grain,
  window: TimeWindow,
  traffic: Traffic,
): Promise<number> {
  const { length } = GRAINS[grain];
  const hours = length / GRAINS.hourly.length;
  const cells = traffic.routes * traffic.devices.length;
  const perCell = Math.max(1, Math.round((traffic.pageViewsPerHour * hours) / cells));
  type Variant = { sketch: Sketch; figures: ReturnType<typeof figuresOf> };
  const variants = new Map<string, Variant>();
  const variantOf = (metric: Metric, number: number): Variant => {
    const name = `${metric} ${number}`;
    const known = variants.get(name);
    if (known !== undefined) return known;
    const sketch = logNormalSketch(metric, perCell, 0.05 * (number - 3));
    const variant = { sketch, figures: figuresOf(metric, sketch) };
    variants.set(name, variant);
    return variant;
  };
  let written = 0;
  for (let unit = window.from / length; unit < window.to / length; unit += 1) {
    const routes: Summary[] = [];
    const totals: Summary[] = [];
    for (const metric of METRICS) {
      for (const device of traffic.devices) {
        const key = { unit, metric, device, navigation: "load" as const, buildVersion: traffic.buildVersion };
        const total = createSketch(scaleOf(metric));
        for (let r = 0; r < traffic.routes; r += 1) {
          const { sketch, figures } = variantOf(metric, (unit + r) % 7);
          mergeInto(total, sketch);
          routes.push({ ...key, route: `/section-${r}/[id]`, ...figures });
        }
        totals.push({ ...key, route: "", ...figuresOf(metric, total) });
      }
    }
    await database.transaction("background", async (tx) => {
      await replaceSummaries(tx, { grain, scope: "routes" }, routes);
      await replaceSummaries(tx, { grain, scope: "totals" }, totals);
    });
    written += routes.length + totals.length;
  }
  return written;
}
