import { setImmediate as nextTurn } from "node:timers/promises";
import { traced } from "../platform/trace-channels";
import type { Database } from "../storage/database.server";
import {
  advanceSequence,
  closePeriod,
  finerPeriods,
  type OpenPeriods,
  selectCombined,
  selectOpenPeriods,
  selectSequence,
  selectSummarizedRoutes,
} from "../storage/fold-state.server";
import { Script } from "../storage/script";
import { buildReplacement, replaceSummaries } from "../storage/summaries.server";
import { selectVersions } from "../storage/summary-periods.server";
import { type CoarseGrain, FINER, GRAINS, type Scope, type Summary } from "../storage/summary-sets";
import { METRICS } from "../vitals/metrics";
import { HOURS_OF_DAY, MINUTE } from "../vitals/time";
import { type Pace, SUMMARY_WORK } from "./pace";
import { mergedFigures } from "./summary-changes";

/** From the end of a period to its closing, in ms: the fold is done with its last measurements then. */
const CLOSING_DELAY = MINUTE;

/** An hour or a day. */
type Period = { grain: CoarseGrain; unit: number };

/** Finer summaries that one statement combines: nothing else can run meanwhile. */
const READ_SUMMARIES = 1_500;

/**
 * Closes the oldest open period that is over: makes its summaries of those of the next finer grain. Until then readers
 * combine the finer ones themselves, so it may fail, be killed or wait at any point.
 * @param receivedBefore of the oldest pending measurement (ms), while the fold is behind: later periods stay open, because
 * changing a closed one costs more; `null` when it is not
 * @returns whether it closed one, so that there may be more
 */
export async function closeNextPeriod(
  database: Database,
  at: number,
  pace: Pace,
  receivedBefore: number | null = null,
): Promise<boolean> {
  const sequence = await selectSequence(database.read);
  const end = Math.min(at - CLOSING_DELAY, receivedBefore ?? Number.POSITIVE_INFINITY);
  const due = nextDue(await selectOpenPeriods(database.read), end);
  if (due === null) return false;
  return traced("close", () => close(database, due, sequence, pace), { newTrace: true });
}

/** The oldest hour that ends by `end` (ms), else the oldest day all of whose hours are closed. */
function nextDue({ hourly, daily }: OpenPeriods, end: number): Period | null {
  const oldest = (units: Iterable<number>): number => Math.min(...units);
  const hour = oldest(hourly);
  if ((hour + 1) * GRAINS.hourly.length <= end) return { grain: "hourly", unit: hour };
  const withOpenHours = new Set([...hourly].map((unit) => Math.floor(unit / HOURS_OF_DAY)));
  const day = oldest([...daily].filter((unit) => !withOpenHours.has(unit)));
  return (day + 1) * GRAINS.daily.length <= end ? { grain: "daily", unit: day } : null;
}

/** @returns whether it closed the period; false when another process changed the summaries meanwhile */
async function close(
  database: Database,
  period: Period,
  firstSequence: number,
  pace: Pace,
): Promise<boolean> {
  const { grain, unit } = period;
  const versions = { routes: await nextVersion("routes"), totals: await nextVersion("totals") };
  let sequence = firstSequence;
  let summaries: Summary[] = [];

  /** After its closing a period has a version that it never had, open or not. */
  async function nextVersion(scope: Scope): Promise<number> {
    const window = { grain, scope, from: unit, to: unit + 1 };
    return ((await selectVersions(database.read, window)).get(unit) ?? 0) + 1;
  }

  async function write(scope: Scope, isLast: boolean): Promise<boolean> {
    const { engine } = database.read;
    const script = new Script(engine);
    advanceSequence(script, sequence);
    replaceSummaries(script, buildReplacement(engine, { grain, scope }, summaries, { keepsVersions: true }));
    if (isLast) closePeriod(script, grain, unit, versions);
    const { refusedBy, ms } = await database.script("repeatable", "closeSlice", script);
    if (refusedBy !== null) return false;
    pace.measured(summaries.length * SUMMARY_WORK, ms);
    sequence += 1;
    summaries = [];
    await nextTurn();
    return true;
  }

  for (const scope of ["routes", "totals"] as const) {
    for await (const combined of combinedSummaries(database, period, scope)) {
      summaries.push(combined);
      const isFull = summaries.length * SUMMARY_WORK >= pace.budget;
      if (isFull && !(await write(scope, false))) return false;
    }
    if (scope === "routes" && !(await write(scope, false))) return false;
  }
  return write("totals", true);
}

/** The summaries of a period, made of those of the next finer grain, a few routes at a time. */
async function* combinedSummaries(
  { read }: Database,
  { grain, unit }: Period,
  scope: Scope,
): AsyncGenerator<Summary> {
  const finer = FINER[grain];
  const set = { grain: finer.grain, scope };
  const periods = finerPeriods(unit, finer.periods);
  const routes = scope === "totals" ? [""] : await selectSummarizedRoutes(read, set, periods);
  for (const metric of METRICS) {
    let count = 1;
    for (let from = 0; from < routes.length; ) {
      const part = routes.slice(from, from + count);
      const rows = await selectCombined(read, set, periods, { metric, routes: part });
      for (const { route, device, navigation, buildVersion, sketches } of rows) {
        const key = { period: unit, metric, route, device, navigation, buildVersion };
        yield Object.assign(mergedFigures(metric, sketches), key);
      }
      from += part.length;
      const combined = rows.reduce((sum, { summaries }) => sum + summaries, 0);
      count = Math.max(
        1,
        Math.min(2 * count, Math.floor((part.length * READ_SUMMARIES) / Math.max(1, combined))),
      );
      await nextTurn();
    }
  }
}
