import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTraffic } from "../../app/query/comparison/traffic.server";
import { createResultCache } from "../../app/query/summaries/result-cache";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import type { Measurement } from "../../app/vitals/measurement";
import { HOUR } from "../../app/vitals/time";
import { measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

const hour = Math.floor(NOW / HOUR);
const FILTER = { route: null, devices: ["desktop"], navigation: "load" } as const;

let store: Store;
beforeAll(async () => {
  store = await Store.open();
  let added = 0;
  const add = async (count: number, changes: Partial<Measurement>): Promise<void> => {
    const ids = Array.from({ length: count }, (_, i) => `${added + i}`);
    added += count;
    await store.ingest(...ids.map((id) => measurement({ ...changes, id })));
  };
  const deliveryType = "navigational-prefetch" as const;
  await add(5, { buildVersion: "2" });
  await add(3, { buildVersion: "2", deliveryType });
  await add(2, { buildVersion: "2", navigationType: "prerender", metric: "TTFB" });
  await add(7, { buildVersion: "1", route: "/other" });
  await add(4, { buildVersion: "1", receivedAt: NOW - HOUR });
  await add(9, { buildVersion: "2", device: "mobile" });
  await add(6, { buildVersion: "2", receivedAt: NOW - HOUR });
  await store.fold();
});
afterAll(() => store?.close());

const traffic = (filter: Parameters<typeof readTraffic>[3], baseline = [hour - 1, hour]) =>
  readTraffic(
    {
      units: createSummaryReader(store.database.read, 1024 * 1024),
      rememberTraffic: createResultCache(2),
    },
    { kind: "lifetime", current: [hour], baseline },
    { current: "2", baseline: "1" },
    filter,
  );

describe("readTraffic", () => {
  it("counts each release in its own hours, in all navigation classes, under the device filter", async () => {
    expect(await traffic(FILTER)).toMatchObject({
      current: { load: { LCP: 5, TTFB: 0 }, prefetch: { LCP: 3 }, prerender: { LCP: 0, TTFB: 2 } },
      baseline: { load: { LCP: 11 }, prefetch: { LCP: 0 } },
    });
  });

  it("counts one route", async () => {
    expect(await traffic({ ...FILTER, route: "/other" })).toMatchObject({
      current: { load: { LCP: 0 } },
      baseline: { load: { LCP: 7 } },
    });
  });

  it("reads no more than four weeks", async () => {
    expect(await traffic(FILTER, [hour - 29 * 24])).toBeNull();
  });
});
