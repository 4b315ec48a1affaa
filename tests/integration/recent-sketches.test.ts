import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Random } from "../../app/cli/sample/random";
import { DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { queryRecentSketches } from "../../app/query/releases/recent-sketches.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryView } from "../../app/query/view/view.server";
import { DEVICES } from "../../app/vitals/devices";
import { METRICS } from "../../app/vitals/metrics";
import { HOUR, MINUTE } from "../../app/vitals/time";
import { expectEqual } from "../support/expect-equal";
import { measurement, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

const BUILDS = ["2.4.1", "2.4.0", "2.3.9", "unknown"];
const NAVIGATIONS = ["navigate", "prerender", "back-forward-cache", "soft-navigation"] as const;

const pick = <T>(random: Random, values: readonly T[]): T =>
  values[Math.floor(random.uniform() * values.length)] as T;

/** The times of day at which the last 24 hours are read from other summaries. */
const TIMES = ["2026-11-22T10:17:31.500Z", "2026-11-22T23:59:30.000Z", "2026-11-23T00:00:10.000Z"];

describe("queryRecentSketches", () => {
  it.each(TIMES)("has the figures of the pages for each role, device and range, at %s", async (time) => {
    store.at = Date.parse(time);
    const random = new Random(3, "recent sketches");
    await store.ingest(
      ...Array.from({ length: 1_500 }, (_, i) =>
        measurement({
          id: `recent ${i}`,
          metric: pick(random, METRICS),
          value: random.uniform() * 50,
          device: pick(random, DEVICES),
          buildVersion: pick(random, BUILDS),
          navigationType: pick(random, NAVIGATIONS),
          receivedAt: store.at - Math.floor(random.uniform() ** 3 * 26 * HOUR),
        }),
      ),
    );
    await store.fold();
    const reader = createSummaryReader(store.database.read, 1_000_000);
    const releases = { current: "2.4.1", previous: "2.4.0" };
    const all = await queryRecentSketches(reader, releases, RETENTION, store.at);
    expect(all.length).toBe(2 * 3 * 4);
    for (const { range, device, role, release, metrics } of all) {
      const query = { ...DEFAULT_QUERY, range, device, release };
      const { total } = await queryView(reader, query, RETENTION, store.at);
      for (const metric of METRICS) {
        expect([range, device, role, metric, metrics[metric].n]).toEqual([
          range,
          device,
          role,
          metric,
          total[metric].n,
        ]);
        expectEqual(metrics[metric].counts, total[metric].counts);
      }
    }
    expect(all[0]?.metrics.LCP.n).toBeGreaterThan(10);
  });

  it("has only the roles that there are", async () => {
    await store.ingest(measurement({ receivedAt: NOW - 10 * MINUTE }));
    await store.fold();
    const reader = createSummaryReader(store.database.read, 1_000_000);
    const roles = async (current: string | null, previous: string | null) =>
      new Set(
        (await queryRecentSketches(reader, { current, previous }, RETENTION, NOW)).map(({ role }) => role),
      );
    expect(await roles(null, null)).toEqual(new Set(["all"]));
    expect(await roles("2.4.1", null)).toEqual(new Set(["all", "current"]));
  });
});
