import type { Random } from "../../../app/cli/sample/random";
import { METRICS, type Metric } from "../../../app/vitals/metrics";
import { DAY, HOUR } from "../../../app/vitals/time";
import { MEDIANS } from "../beacons";

/** Page views of one build over a stretch of a site's hours (`to` not included). */
export type Load = {
  buildVersion: string;
  from: number;
  to: number;
  /** Page views of an hour, on average. */
  perHour: number | ((hour: number) => number);
  /** By how much it is truly slower than the other builds, on each route; 1 where it is not. */
  factor?: (route: number) => number;
  /** Share of page views on phones. */
  mobile?: number;
};

/** A site of its own: hour 0 is a midnight (UTC), and hours before it are negative. */
export type Site = {
  loads: readonly Load[];
  routes: number;
  /** Views of each visitor, all in one hour; they resemble each other. */
  viewsPerVisitor: number;
  metrics?: readonly Metric[];
  /** How much slower phones are. */
  mobileFactor?: number;
  /** Every hour of every load has the very same page views. */
  identical?: boolean;
};

/**
 * What real traffic does: log-normal times within an hour; hours that differ by 5 % and days by 3 % (standard
 * deviations of the logarithm), whichever build is live; half of the variance within an hour is between visitors.
 */
const NOISE = { view: 0.65, hour: 0.05, day: 0.03, visitor: Math.SQRT1_2 } as const;

const MOBILE = { share: 0.4, factor: 1.4 } as const;

/** A number of page views around `mean` (Poisson's distribution; of large means the normal one). */
function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let n = 0;
  for (let left = Math.exp(-mean), p = random.uniform(); p > left; p *= random.uniform()) n += 1;
  return n;
}

/** The first and the last hour (not included) that a site has traffic in. */
export const spanOf = ({ loads }: Site): { from: number; to: number } => ({
  from: Math.min(...loads.map(({ from }) => from)),
  to: Math.max(...loads.map(({ to }) => to)),
});

/** About how many measurements a site has. */
export function sizeOf({ loads, metrics }: Site): number {
  let views = 0;
  for (const { from, to, perHour } of loads) {
    for (let hour = from; hour < to; hour += 1)
      views += typeof perHour === "number" ? perHour : perHour(hour);
  }
  return views * (metrics ?? ["LCP"]).length;
}

/**
 * The measurements of a site as lines of the bulk format, hour by hour.
 * @param name stands in the ids and before the builds' names, so that sites share a database without sharing anything
 * @param at the site's hour 0, in ms
 */
export function* linesOf(site: Site, name: string, at: number, random: Random): Generator<string> {
  const { loads, routes, viewsPerVisitor, metrics = ["LCP"], mobileFactor = MOBILE.factor } = site;
  const { from, to } = spanOf(site);
  const days = new Map<number, number>();
  const routeLevels = Array.from({ length: routes }, () => 0.2 * random.normal());
  const numbers = metrics.map((metric) => METRICS.indexOf(metric));
  let id = 0;
  for (let hour = from; hour < to; hour += 1) {
    const day = Math.floor(hour / (DAY / HOUR));
    const dayLevel = days.get(day) ?? NOISE.day * random.normal();
    days.set(day, dayLevel);
    const level = site.identical === true ? 0 : dayLevel + NOISE.hour * random.normal();
    const start = at + hour * HOUR;
    for (const [number, load] of loads.entries()) {
      if (hour < load.from || hour >= load.to) continue;
      const mean = typeof load.perHour === "number" ? load.perHour : load.perHour(hour);
      const views = site.identical === true ? mean : poisson(random, mean);
      const draw = site.identical === true ? random.at(1) : random;
      let text = "";
      let visitor = 0;
      let mobile = false;
      for (let view = 0; view < views; view += 1) {
        if (view % viewsPerVisitor === 0) {
          mobile = draw.chance(load.mobile ?? MOBILE.share);
          visitor = viewsPerVisitor === 1 ? 0 : NOISE.visitor * draw.normal();
        }
        const route = routes === 1 ? 0 : Math.floor(draw.uniform() * routes);
        const alike = level + (routeLevels[route] as number) + (mobile ? Math.log(mobileFactor) : 0);
        const single = viewsPerVisitor === 1 ? 1 : NOISE.visitor;
        const factor = load.factor?.(route) ?? 1;
        const receivedAt = start + Math.floor(((view + 0.5) / views) * HOUR);
        for (const metric of numbers) {
          const median = MEDIANS[METRICS[metric] as Metric] * factor * Math.exp(alike);
          const value = median * Math.exp(NOISE.view * (visitor + single * draw.normal()));
          id += 1;
          text += `{"id":"${name}-${number}-${id}","metric":"${METRICS[metric]}","value":${value.toPrecision(6)},"route":"/${route}/[id]","buildVersion":"${name}-${load.buildVersion}","device":"${mobile ? "mobile" : "desktop"}","navigationType":"navigate","receivedAt":${receivedAt},"library":"web-vitals/6.2.3"}\n`;
        }
      }
      if (text !== "") yield text;
    }
  }
}
