import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { figuresOf } from "../../app/rollup/summary-changes";
import { scaleOf } from "../../app/stats/sketch/scale";
import { addValue, clearSketch, createSketch, mergeInto, type Sketch } from "../../app/stats/sketch/sketch";
import type { Database } from "../../app/storage/database.server";
import { openPeriods } from "../../app/storage/fold-state.server";
import { buildReplacement, replaceSummaries } from "../../app/storage/summaries.server";
import { GRAINS, type Grain, type Summary, type SummaryKey } from "../../app/storage/summary-sets";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY, floorTo, HOUR, type TimeWindow } from "../../app/vitals/time";
import { runScript } from "../support/script";
import { measurementsOf } from "./beacons";

/** Page views of a window at equal distances, with five measurements each. */
export type MeasuredSite = { window: TimeWindow; pageViews: number };

const COLUMNS =
  "id, metric, value, folded_value, sequence, route, build_version, device, navigation_type, received_at, stored_at, library";

/** Page views whose rows are sent at once. */
const CHUNK = 2_000;

/** Page views in a row from one kind of device: more than there are routes, so that each route has both. */
const PER_DEVICE = 51;

/** The measurements of a page view of a site. */
function measurementsOfSite({ window: { from, to }, pageViews }: MeasuredSite, view: number): Measurement[] {
  const at = from + Math.floor((view * (to - from)) / pageViews);
  const device = Math.floor(view / PER_DEVICE) % 2 === 0 ? "mobile" : "desktop";
  return measurementsOf(view, at).map((measurement) => ({ ...measurement, device }));
}

/**
 * Writes the measurements of a site into an empty PostgreSQL as folded rows, and the summaries that the fold makes of
 * them: those that the last 24 hours and the whole window are read from. The newest hour and day are open.
 */
export async function writeMeasuredSite(
  database: Database,
  client: pg.Client,
  site: MeasuredSite,
): Promise<void> {
  const { from, to } = site.window;
  const hour = floorTo(to - 1, HOUR);
  const today = floorTo(to - 1, DAY);
  const summaries = [
    new Summarizer("fiveMinutes", (start) => start >= hour),
    new Summarizer("hourly", (start) => start < hour && (start < from + DAY || start >= today - DAY)),
    new Summarizer("daily", (start) => start < today),
  ];
  const copy = client.query(copyFrom(`COPY web_vitals_raw (${COLUMNS}) FROM STDIN`));
  await pipeline(Readable.from(linesOf(database, site, summaries)), copy);
  for (const grain of summaries) await grain.write(database);
  await runScript(database, (script) => {
    openPeriods(script, "hourly", [hour / HOUR]);
    openPeriods(script, "daily", [today / DAY]);
  });
}

/** The rows in the text format of COPY: no value of them has a character that it escapes. */
async function* linesOf(
  database: Database,
  site: MeasuredSite,
  summaries: readonly Summarizer[],
): AsyncGenerator<string> {
  let lines = "";
  for (let view = 0; view < site.pageViews; view += 1) {
    for (const m of measurementsOfSite(site, view)) {
      const at = m.receivedAt;
      lines += `${m.id}\t${m.metric}\t${m.value}\t${m.value}\t${m.sequence}\t${m.route}\t${m.buildVersion}\t${m.device}\t${m.navigationType}\t${at}\t${at}\t${m.library}\n`;
      for (const grain of summaries) {
        if (grain.isOver(at)) await grain.write(database);
        grain.add(m);
      }
    }
    if (view % CHUNK !== CHUNK - 1) continue;
    yield lines;
    lines = "";
  }
  yield lines;
}

type Cell = { key: Omit<SummaryKey, "period">; sketch: Sketch };

/** Summarizes measurements that are added in the order of their times, and writes the periods that are wanted. */
class Summarizer {
  readonly #cells = new Map<string, Cell>();
  #period: number | null = null;

  /** @param isWanted whether to write the period that starts at a time (ms) */
  constructor(
    readonly grain: Grain,
    readonly isWanted: (start: number) => boolean,
  ) {}

  isOver(at: number): boolean {
    return this.#period !== null && at >= (this.#period + 1) * GRAINS[this.grain].length;
  }

  add({ metric, value, route, device, buildVersion, receivedAt }: Measurement): void {
    this.#period = Math.floor(receivedAt / GRAINS[this.grain].length);
    const name = metric + device + route;
    let cell = this.#cells.get(name);
    if (cell === undefined) {
      const key = { metric, route, device, navigation: "load" as const, buildVersion };
      cell = { key, sketch: createSketch(scaleOf(metric)) };
      this.#cells.set(name, cell);
    }
    addValue(cell.sketch, value);
  }

  /** Writes the summaries of the period, and begins the next one. */
  async write(database: Database): Promise<void> {
    const period = this.#period;
    if (period !== null && this.isWanted(period * GRAINS[this.grain].length)) {
      const { routes, totals } = this.#summaries(period);
      const { engine } = database.read;
      await runScript(database, (script) => {
        replaceSummaries(script, buildReplacement(engine, { grain: this.grain, scope: "routes" }, routes));
        replaceSummaries(script, buildReplacement(engine, { grain: this.grain, scope: "totals" }, totals));
      });
    }
    for (const { sketch } of this.#cells.values()) clearSketch(sketch);
  }

  #summaries(period: number): { routes: Summary[]; totals: Summary[] } {
    const ofRoutes = [...this.#cells.values()].filter(({ sketch }) => sketch.n > 0);
    const ofTotals = new Map<string, Cell>();
    for (const { key, sketch } of ofRoutes) {
      const name = key.metric + key.device;
      const total = ofTotals.get(name) ?? { key: { ...key, route: "" }, sketch: createSketch(sketch.scale) };
      mergeInto(total.sketch, sketch);
      ofTotals.set(name, total);
    }
    const summaryOf = ({ key, sketch }: Cell): Summary => ({
      period,
      ...key,
      ...figuresOf(key.metric, sketch),
    });
    return { routes: ofRoutes.map(summaryOf), totals: [...ofTotals.values()].map(summaryOf) };
  }
}
