import Sqlite from "better-sqlite3";
import { DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { planWindow, resolveWindow } from "../../app/query/window";
import { mergePacked } from "../../app/stats/sketch/packed-sketch";
import { scaleOf } from "../../app/stats/sketch/scale";
import { createSketch, type Sketch } from "../../app/stats/sketch/sketch";
import { GRAINS } from "../../app/storage/summary-sets";
import type { Metric } from "../../app/vitals/metrics";
import { DAY, type RangeName } from "../../app/vitals/time";

const RETENTION = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };

/** The minimal work of a response: reads every summary of the window, and merges them by route and metric. */
export class PlainReader {
  readonly #database: Sqlite.Database;

  constructor(file: string) {
    this.#database = new Sqlite(file, { readonly: true });
    this.#database.pragma("cache_size=-65536");
  }

  close(): void {
    this.#database.close();
  }

  /** The sketches of each route and metric. */
  read(range: RangeName, now: number): Map<string, Sketch> {
    const { parts } = planWindow(resolveWindow({ ...DEFAULT_QUERY, range }, now), RETENTION, now);
    const sketches = new Map<string, Sketch>();
    for (const { grain, from, to } of parts) {
      const { table, column } = GRAINS[grain];
      const rows = this.#database
        .prepare(
          `SELECT metric, route, sketch FROM ${table}
          WHERE ${column} >= ? AND ${column} < ?
            AND device IN ('mobile', 'tablet', 'desktop') AND navigation = 'load'`,
        )
        .raw()
        .all(from, to) as Array<[Metric, string, Uint8Array]>;
      for (const [metric, route, bytes] of rows) {
        const key = `${metric} ${route}`;
        const sketch = sketches.get(key) ?? createSketch(scaleOf(metric));
        sketches.set(key, sketch);
        mergePacked(sketch, bytes);
      }
    }
    return sketches;
  }
}
