import { Random } from "../../app/cli/sample/random";
import { figuresOf } from "../../app/rollup/summary-changes";
import { bucketOf, scaleOf } from "../../app/stats/sketch/scale";
import { addToBucket, createSketch, mergeInto, type Sketch } from "../../app/stats/sketch/sketch";
import type { Database } from "../../app/storage/database.server";
import {
  addLibraries,
  addReleaseTraffic,
  type ReleaseActivity,
  type ReleaseTraffic,
  recordReleaseActivity,
} from "../../app/storage/releases.server";
import type { ScriptResult } from "../../app/storage/script";
import { buildReplacement, replaceSummaries } from "../../app/storage/summaries.server";
import { GRAINS, type Grain, type Summary } from "../../app/storage/summary-sets";
import { METRICS, type Metric } from "../../app/vitals/metrics";
import { DAY, HOUR, type TimeWindow } from "../../app/vitals/time";
import { runScript } from "../support/script";
import { MEDIANS, SIGMA } from "./beacons";

/** The traffic of a synthetic site whose summaries are generated without measurements. */
export type Traffic = {
  routes: number;
  devices: ReadonlyArray<"mobile" | "desktop">;
  pageViewsPerHour: number;
  buildVersion: string;
};

/** The site size of the documented speed figures: about 100 million page views a month. */
export const LARGE_SITE: Traffic = {
  routes: 50,
  devices: ["mobile", "desktop"],
  pageViewsPerHour: 139_000,
  buildVersion: "2.4.1",
};

/** Different sketches per metric, so that no two neighbours are the same. */
const VARIANTS = 7;

/** A sketch of the fixture, and its columns of a summary. */
type Variant = { sketch: Sketch; figures: ReturnType<typeof figuresOf> };

const variants = new Map<string, Variant>();

/** A sketch of `n` log-normal samples; the same in each run. */
function variantOf(metric: Metric, n: number, number: number): Variant {
  const name = `${metric} ${n} ${number}`;
  const cached = variants.get(name);
  if (cached !== undefined) return cached;
  const random = new Random(1, `sketch of ${metric}`).at(number);
  const scale = scaleOf(metric);
  const sketch = createSketch(scale);
  const median = MEDIANS[metric] * Math.exp(0.05 * (number - 3));
  for (let i = 0; i < n; i += 1) addToBucket(sketch, bucketOf(scale, random.logNormal(median, SIGMA)), 1);
  const variant = { sketch, figures: figuresOf(metric, sketch) };
  variants.set(name, variant);
  return variant;
}

/** Writes the summaries of `window` in one grain with the fold's functions; returns their number. */
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
  let written = 0;
  for (let period = window.from / length; period < window.to / length; period += 1) {
    const routes: Summary[] = [];
    const totals: Summary[] = [];
    for (const metric of METRICS) {
      for (const device of traffic.devices) {
        const key = {
          period,
          metric,
          device,
          navigation: "load" as const,
          buildVersion: traffic.buildVersion,
        };
        const total = createSketch(scaleOf(metric));
        for (let r = 0; r < traffic.routes; r += 1) {
          const { sketch, figures } = variantOf(metric, perCell, (period + r) % VARIANTS);
          mergeInto(total, sketch);
          routes.push({ ...key, route: `/section-${r}/[id]`, ...figures });
        }
        totals.push({ ...key, route: "", ...figuresOf(metric, total) });
      }
    }
    const { engine } = database.read;
    await runScript(database, (script) => {
      replaceSummaries(script, buildReplacement(engine, { grain, scope: "routes" }, routes));
      replaceSummaries(script, buildReplacement(engine, { grain, scope: "totals" }, totals));
    });
    written += routes.length + totals.length;
  }
  return written;
}

/** Time between two builds, in ms. */
const BUILD_LIFETIME = 3 * DAY;

/** Writes the releases of `window`, each with 95 % of the traffic, the previous one with 5 %; returns their number. */
export async function writeReleases(
  database: Database,
  window: TimeWindow,
  traffic: Traffic,
): Promise<number> {
  const builds = Math.ceil((window.to - window.from) / BUILD_LIFETIME);
  const nameOf = (build: number): string =>
    build === builds - 1 ? traffic.buildVersion : `${traffic.buildVersion}-before-${builds - 1 - build}`;
  const seen = Array.from({ length: builds }, (_, build) => ({
    buildVersion: nameOf(build),
    firstAt: window.from + build * BUILD_LIFETIME,
    lastAt: Math.min(window.to, window.from + (build + 2) * BUILD_LIFETIME) - 1,
    libraries: { "web-vitals/6": traffic.pageViewsPerHour },
  }));
  const hours: ReleaseTraffic[] = [];
  for (let at = window.from; at < window.to; at += HOUR) {
    const newest = Math.floor((at - window.from) / BUILD_LIFETIME);
    for (const build of [newest - 1, newest]) {
      if (build < 0) continue;
      const share = build === newest ? 0.95 : 0.05;
      for (const metric of METRICS) {
        const samples = Math.round(traffic.pageViewsPerHour * share);
        hours.push({ hour: at / HOUR, buildVersion: nameOf(build), metric, samples });
      }
    }
  }
  await writeActivity(database, seen, hours);
  return builds;
}

/** Writes releases that had no measurements before. */
export const writeActivity = (
  database: Database,
  seen: readonly ReleaseActivity[],
  traffic: readonly ReleaseTraffic[],
): Promise<ScriptResult> =>
  runScript(database, (script) => {
    recordReleaseActivity(script, seen, addLibraries(new Map(), seen));
    addReleaseTraffic(script, traffic);
  });
