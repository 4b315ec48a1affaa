import { Random } from "../../app/cli/sample/random";
import { COMPARE_PREVIOUS, type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { queryComparison } from "../../app/query/comparison/comparison.server";
import { createSketchDecoder } from "../../app/query/summaries/sketch-decoder";
import type { PeriodSummaries, SummaryReader } from "../../app/query/summaries/summary-reader.server";
import { packSketch } from "../../app/stats/sketch/packed-sketch";
import { bucketOf, MILLISECONDS } from "../../app/stats/sketch/scale";
import { addToBucket, createSketch, mergeInto, type Sketch } from "../../app/stats/sketch/sketch";
import type { SummaryGroup } from "../../app/storage/summary-periods.server";
import type { Release } from "../../app/vitals/release";
import { type ReleaseHour, releaseTimeline } from "../../app/vitals/release-timeline";
import { DAY, HOUR } from "../../app/vitals/time";
import { MEDIANS, SIGMA } from "./beacons";

const ROUTES = 1_000;
const HOURS = 24;
const DEVICES = ["mobile", "desktop"] as const;
const BUILDS = ["2.4.0", "2.4.1"] as const;
const SAMPLES = 30;
const VARIANTS = 50;

/** Midnight (UTC). */
const AT = 20_500 * DAY;

export const IN_MEMORY = `${ROUTES} routes × ${HOURS} hours × ${DEVICES.length} devices, ${SAMPLES} samples each and build, decoded before`;

function createVariants(): Sketch[] {
  return Array.from({ length: VARIANTS }, (_, number) => {
    const random = new Random(1, "sketch in memory").at(number);
    const sketch = createSketch(MILLISECONDS);
    for (let i = 0; i < SAMPLES; i += 1) {
      addToBucket(sketch, bucketOf(MILLISECONDS, random.logNormal(MEDIANS.LCP, SIGMA)), 1);
    }
    return sketch;
  });
}

/** The groups of one hour and build, by route and in total. */
function groupsOf(
  variants: readonly Sketch[],
  build: string,
  seed: number,
): Record<"routes" | "totals", SummaryGroup> {
  const routes: string[] = [];
  const devices: Array<(typeof DEVICES)[number]> = [];
  const sketches: Uint8Array[] = [];
  const totals = DEVICES.map(() => createSketch(MILLISECONDS));
  const packed = variants.map(packSketch);
  for (let route = 0; route < ROUTES; route += 1) {
    DEVICES.forEach((device, d) => {
      const variant = (seed + 7 * route + 3 * d) % VARIANTS;
      routes.push(`/section-${route}/[id]`);
      devices.push(device);
      sketches.push(packed[variant] as Uint8Array);
      mergeInto(totals[d] as Sketch, variants[variant] as Sketch);
    });
  }
  return {
    routes: {
      metric: "LCP",
      routes,
      devices,
      prefetched: routes.map(() => false),
      builds: [],
      sketches: Buffer.concat(sketches),
    },
    totals: {
      metric: "LCP",
      routes: DEVICES.map(() => ""),
      devices: DEVICES,
      prefetched: DEVICES.map(() => false),
      builds: DEVICES.map(() => build),
      sketches: Buffer.concat(totals.map(packSketch)),
    },
  };
}

/** Returns a function that compares two releases on one metric, with all sketches in memory. */
export function compareInMemory(): () => Promise<void> {
  const variants = createVariants();
  const first = AT / HOUR;
  const byBuild = new Map(
    BUILDS.map((build, b) => [
      build as string,
      Array.from({ length: HOURS }, (_, hour) => groupsOf(variants, build, 11 * hour + 5 * b)),
    ]),
  );
  const units: SummaryReader = async ({ grain, scope, from, to }, { buildVersion }) => {
    const builds = buildVersion === null ? BUILDS : [buildVersion];
    return Array.from({ length: HOURS }, (_, i) => i)
      .filter((i) => first + i >= from && first + i < to)
      .map((i): PeriodSummaries => {
        const groups = builds.flatMap((build) => byBuild.get(build)?.[i]?.[scope] ?? []);
        return { grain, scope, period: first + i, groups, samples: [] };
      });
  };
  const pageViews = ROUTES * DEVICES.length * SAMPLES;
  const hours = Array.from({ length: HOURS }, (_, i) =>
    BUILDS.map((buildVersion): ReleaseHour => ({ hour: first + i, buildVersion, pageViews })),
  ).flat();
  // The older build is alone for an hour before.
  hours.unshift({ hour: first - 1, buildVersion: BUILDS[0], pageViews });
  const releases = BUILDS.map(
    (buildVersion): Release => ({
      buildVersion,
      firstSeenAt: AT,
      lastSeenAt: AT + DAY,
      announcedAt: null,
      link: null,
      vouchedAt: 0,
      libraries: {},
    }),
  );
  const query: CockpitQuery = {
    ...DEFAULT_QUERY,
    from: AT,
    to: AT + HOURS * HOUR,
    release: BUILDS[1],
    compare: COMPARE_PREVIOUS,
  };
  const context = {
    releases: { releases, timeline: releaseTimeline(hours, new Set()), hours },
    retention: { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY },
    now: AT + DAY,
  };
  const decode = createSketchDecoder(1024 * 1024 * 1024);
  const merged = () => {
    throw new Error("Single hours are not merged.");
  };
  // No result is cached.
  const uncached = <Result>(_key: string, _parts: unknown, compute: () => Promise<Result>) => compute();
  return async () => {
    const result = await queryComparison(
      {
        units,
        merged,
        decode,
        remember: uncached,
        rememberModel: uncached,
        rememberNoise: uncached,
        rememberBaseline: uncached,
        rememberTrend: uncached,
        rememberTraffic: uncached,
      },
      query,
      context,
    );
    if (
      result.status === "unavailable" ||
      result.routes.size !== ROUTES ||
      result.changes.LCP.n.current !== HOURS * pageViews
    ) {
      throw new Error("The comparison does not cover all data in memory.");
    }
  };
}
