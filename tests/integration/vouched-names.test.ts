import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VouchedNames } from "../../app/ingest/vouched-names";
import { queryReleases } from "../../app/query/releases/releases.server";
import { applyRetention } from "../../app/rollup/retention.server";
import { releaseTimeline } from "../../app/vitals/release-timeline";
import { DAY, HOUR } from "../../app/vitals/time";
import { measurement } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

const SENDERS = 3;
const LIMITS = { maxRoutes: 5, maxNewBuildsPerDay: 3 };
const HOSTILE = "198.51.100.1";

let vouched: { routes: VouchedNames; builds: VouchedNames };
let store: Store;
let ids = 0;
beforeEach(async () => {
  vouched = { routes: new VouchedNames(SENDERS), builds: new VouchedNames(SENDERS) };
  store = await Store.open({ limits: { ...LIMITS, vouched } });
});
afterEach(() => store.close());

/** Stores a page view of a client; returns the names that it is stored under. */
async function visit(address: string, buildVersion: string, route: string): Promise<[string, string]> {
  ids += 1;
  vouched.builds.note(buildVersion, address);
  vouched.routes.note(route, address);
  await store.ingest(measurement({ id: `visit-${ids}`, buildVersion, route, receivedAt: store.at }));
  const [row] = store.rows<{ build_version: string; route: string }>(
    "SELECT build_version, route FROM web_vitals_raw WHERE id = ?",
    `visit-${ids}`,
  );
  return [row?.build_version ?? "", row?.route ?? ""];
}

const honest = (i: number): string => `192.0.2.${i}`;

const timeline = async () => (await queryReleases(store.database.read, RETENTION.hourly, store.at)).timeline;

describe("createCappedStore with names that several senders vouch for", () => {
  it("gives the honest deploy and its route their names, after forged ones used up the limits", async () => {
    for (let i = 0; i < 5; i += 1) await visit(HOSTILE, `forged-${i}`, `/forged/${i}`);
    expect(await visit(honest(1), "2.4.1", "/new")).toEqual(["(other)", "(other)"]);
    expect(await visit(honest(2), "2.4.1", "/new")).toEqual(["(other)", "(other)"]);
    expect(await visit(honest(3), "2.4.1", "/new")).toEqual(["2.4.1", "/new"]);
    expect(await visit(honest(1), "2.4.1", "/new")).toEqual(["2.4.1", "/new"]);
    expect(await visit(HOSTILE, "forged-9", "/forged/9")).toEqual(["(other)", "(other)"]);
  });

  it("bounds vouched names, too", async () => {
    for (let name = 0; name < 9; name += 1) {
      for (let i = 0; i < SENDERS; i += 1) await visit(honest(i), `${name}`, `/${name}`);
    }
    expect(store.value("SELECT count(*) FROM routes")).toBe(LIMITS.maxRoutes);
    expect(store.value("SELECT count(*) FROM releases")).toBe(LIMITS.maxNewBuildsPerDay);
  });
});

describe("a build", () => {
  const send = async (build: string, addresses: readonly string[], hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 1) {
      for (let i = 0; i < 40; i += 1) await visit(addresses[i % addresses.length] ?? "", build, "/a");
      store.at += HOUR;
    }
    await store.fold();
  };

  it.each([
    { senders: 2, hours: 3, current: "2.4.0" },
    { senders: 3, hours: 1, current: "2.4.0" },
    { senders: 3, hours: 2, current: "2.4.1" },
  ])("of $senders senders in $hours hours: current is $current", async ({ senders, hours, current }) => {
    const all = Array.from({ length: 3 }, (_, i) => honest(i));
    await send("2.4.0", all, 2);
    await send("2.4.1", all.slice(0, senders), hours);
    expect((await timeline()).current).toBe(current);
  });

  it.each([
    { senders: 2, current: null },
    { senders: 3, current: "2.4.0" },
  ])("of $senders senders in the first hour of an installation: current is $current", async ({
    senders,
    current,
  }) => {
    await send(
      "2.4.0",
      Array.from({ length: senders }, (_, i) => honest(i)),
      1,
    );
    expect((await timeline()).current).toBe(current);
  });
});

describe("applyRetention", () => {
  const routesAfter = async (addresses: readonly string[], hours: number): Promise<number> => {
    for (let i = 0; i < 40; i += 1) {
      await visit(addresses[i % addresses.length] ?? "", "2.4.1", "/a");
      store.at += Math.floor((hours * HOUR) / 40);
    }
    await store.fold();
    store.at += DAY + HOUR;
    await applyRetention(store.database, RETENTION, store.at);
    return Number(store.value("SELECT count(*) FROM routes"));
  };

  it("frees the slot of a route that one sender named often, after a day without traffic", async () => {
    expect(await routesAfter([HOSTILE], 2)).toBe(0);
  });

  it("frees the slot of a route that several senders named within an hour", async () => {
    expect(await routesAfter([honest(1), honest(2), honest(3)], 0.5)).toBe(0);
  });

  it("keeps the slot of a route that several senders named over two hours", async () => {
    expect(await routesAfter([honest(1), honest(2), honest(3)], 2)).toBe(1);
  });
});

it("releaseTimeline needs neither senders nor hours of imported builds", () => {
  const hours = [{ hour: 1, buildVersion: "1", pageViews: 40 }];
  const vouchedAt = (at: number | null) => new Map([["1", at]]);
  expect(releaseTimeline(hours, new Set(), vouchedAt(0)).current).toBe("1");
  expect(releaseTimeline(hours, new Set(), vouchedAt(null)).current).toBe(null);
  expect(releaseTimeline(hours, new Set(["1"]), vouchedAt(null)).current).toBe("1");
});
