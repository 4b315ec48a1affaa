import { monotonic } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { createRefreshed } from "../platform/refreshed";
import { GAUGE_LABELS, type VitalsGauges, vitalsGauges } from "../presenters/api/vitals-gauges";
import { DEFAULT_QUERY } from "../query/cockpit-query";
import { queryRecentSketches } from "../query/releases/recent-sketches.server";
import { SECOND } from "../vitals/time";
import { pageContext } from "./readers.server";

/** Prometheus scrapes every 15 s by default, and several may scrape. */
const MAX_AGE = 30 * SECOND;

/** Below Prometheus's scrape_timeout of 10 s: the counters must be served while the database is slow. */
const TIMEOUT = 5 * SECOND;

const GAUGES: ReadonlyArray<{ name: string; help: string; of: keyof VitalsGauges }> = [
  {
    name: "vitals_p75_seconds",
    help: "75th percentile of INP, LCP, FCP and TTFB in the window. Absent under 30 samples.",
    of: "p75Seconds",
  },
  {
    name: "vitals_p75_score",
    help: "75th percentile of CLS in the window. Absent under 30 samples.",
    of: "p75Score",
  },
  {
    name: "vitals_good_ratio",
    help: "Share of the samples in the window whose rating is good, 0 to 1.",
    of: "goodRatio",
  },
  {
    name: "vitals_samples",
    help: "Samples in the window. Absent without any.",
    of: "samples",
  },
];

/** Adds the gauges of Web Vitals to this process's metrics. They are computed when they are scraped. */
export function registerVitalsGauges(): void {
  const warn = createRateLimitedLog(monotonic, (err) =>
    log().warn({ err }, "the gauges of Web Vitals could not be computed and are absent from /metrics"),
  );
  const read = createRefreshed({
    load: readGauges,
    maxAge: MAX_AGE,
    timeout: TIMEOUT,
    monotonic,
    onFailure: warn,
  });
  for (const { name, help, of } of GAUGES) {
    metrics().gaugeWithLabels(name, help, GAUGE_LABELS, async () => (await read())?.[of] ?? []);
  }
}

async function readGauges(): Promise<VitalsGauges> {
  const context = pageContext(DEFAULT_QUERY);
  const { summaries, retention, now } = context.sources;
  const { timeline } = await context.releases();
  return vitalsGauges(await queryRecentSketches(summaries, timeline, retention, now));
}
