import { Random } from "../../../app/cli/sample/random";
import { METRICS, type Metric } from "../../../app/vitals/metrics";
import { DAY, HOUR } from "../../../app/vitals/time";

export const RELEASES = { current: "2.4.1", baseline: "2.4.0" } as const;
export const ROUTES = { "/checkout": 1.4, "/search": 0.7, "/docs/[slug]": 1 } as const;

export const RARE = "/rare";

const MEDIANS: Readonly<Record<Metric, number>> = { INP: 150, LCP: 1_600, CLS: 0.05, FCP: 900, TTFB: 300 };
const SIGMA = 0.5;

/** Page views per route, release and hour; the newer release has more, so that it is current. */
const VIEWS = { current: 26, baseline: 22 } as const;

/** Factor of the views of the unchanged route: a verdict of no change needs more samples than one of a change. */
const MORE_VIEWS = 3;

const viewsOf = (route: string, side: keyof typeof VIEWS): number => {
  if (route === RARE) return 1;
  return VIEWS[side] * (ROUTES[route as keyof typeof ROUTES] === 1 ? MORE_VIEWS : 1);
};

/**
 * Lines of the bulk format for a site with two concurrent releases on one day, and the older one alone on the day before.
 * @param now ms since the epoch; the last hour is the one before it
 */
export function* twoReleases(now: number): Generator<string> {
  const random = new Random(7, "two releases");
  const end = Math.floor(now / HOUR) * HOUR;
  let id = 0;
  for (let hour = end - 2 * DAY; hour < end; hour += HOUR) {
    for (const side of ["current", "baseline"] as const) {
      if (side === "current" && hour < end - DAY) continue;
      for (const route of [...Object.keys(ROUTES), RARE]) {
        for (let view = 0; view < viewsOf(route, side); view += 1) {
          for (const metric of METRICS) {
            const factor =
              metric === "LCP" && side === "current" && route !== RARE
                ? ROUTES[route as keyof typeof ROUTES]
                : 1;
            id += 1;
            yield JSON.stringify({
              id: `e2e-${id}`,
              metric,
              value: Number((factor * random.logNormal(MEDIANS[metric], SIGMA)).toPrecision(5)),
              route,
              buildVersion: RELEASES[side],
              device: view % 3 === 0 ? "mobile" : "desktop",
              navigationType: "navigate",
              receivedAt: hour + Math.floor(random.uniform() * HOUR),
              library: "web-vitals/6.2.3",
              attribution: metric === "LCP" ? { target: view % 2 === 0 ? "main>img" : "main>h1" } : undefined,
            });
          }
        }
      }
    }
  }
}
