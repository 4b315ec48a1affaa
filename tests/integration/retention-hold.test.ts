import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkRetentionHold, confirmRetention } from "../../app/rollup/retention-hold.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { type Measurement, OWN_BUILD_PREFIX } from "../../app/vitals/measurement";
import { DAY, HOUR } from "../../app/vitals/time";
import { idAt, measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

const check = (at: number) => checkRetentionHold(store.database, at);

let received = 0;

/** Stores page views received at `at`, whose visitors' clocks say `visitorsClock`. */
async function receive(
  count: number,
  at: number,
  visitorsClock = at,
  changes: Partial<Measurement> = {},
): Promise<void> {
  const all = Array.from({ length: count }, () => {
    received += 1;
    return measurement({ metric: "TTFB", id: idAt(visitorsClock, received), receivedAt: at, ...changes });
  });
  await storeMeasurements(store.database.write, all, at);
}

describe("checkRetentionHold", () => {
  it("lets retention run on an empty database, and from then on", async () => {
    expect(await check(NOW)).toBeNull();
    for (let hours = 1; hours < 100; hours += 10) expect(await check(NOW + hours * HOUR)).toBeNull();
  });

  it("lets retention run where nobody visited for days", async () => {
    await receive(1, NOW);
    for (let days = 0; days <= 30; days += 1) expect(await check(NOW + days * DAY)).toBeNull();
  });

  it("holds after a jump of more than a day ahead of the last run, until it is confirmed", async () => {
    await receive(3, NOW);
    expect(await check(NOW)).toBeNull();
    const jumped = NOW + 100 * DAY;
    expect(await check(jumped)).toEqual({ lastKnown: NOW, heldAt: jumped });
    // Measurements of the wrong time don't release it.
    await receive(100, jumped + 1, NOW + 1);
    expect(await check(jumped + HOUR)).toEqual({ lastKnown: NOW, heldAt: jumped });
    expect(await confirmRetention(store.database, jumped + HOUR)).toEqual({ lastKnown: NOW, heldAt: jumped });
    expect(await check(jumped + HOUR)).toBeNull();
    expect(await confirmRetention(store.database, jumped + HOUR)).toBeNull();
  });

  it("holds a database that retention never ran on by its newest measurement", async () => {
    await receive(3, NOW);
    expect(await check(NOW + DAY + 1)).toEqual({ lastKnown: NOW, heldAt: NOW + DAY + 1 });
  });

  it("runs a day after the last run", async () => {
    await check(NOW);
    expect(await check(NOW + DAY)).toBeNull();
  });

  it("releases when the clock is back", async () => {
    await check(NOW);
    await check(NOW + 100 * DAY);
    expect(await check(NOW + 1)).toBeNull();
    expect(await check(NOW + 2)).toBeNull();
  });

  it("releases when the clocks of thirty visitors agree", async () => {
    await check(NOW);
    const jumped = NOW + 8 * DAY;
    await check(jumped);
    await receive(29, jumped + 1);
    expect(await check(jumped + HOUR)).not.toBeNull();
    await receive(1, jumped + 2);
    expect(await check(jumped + HOUR)).toBeNull();
  });

  it.each<[string, Partial<Measurement>]>([
    ["other values of a page view", { metric: "INP" }],
    ["the cockpit's own pages", { buildVersion: `${OWN_BUILD_PREFIX}1.0.0` }],
  ])("is not released by %s", async (_, changes) => {
    await check(NOW);
    const jumped = NOW + 8 * DAY;
    await check(jumped);
    await receive(100, jumped + 1, jumped + 1, changes);
    expect(await check(jumped + HOUR)).not.toBeNull();
  });

  it("holds in every process", async () => {
    await check(NOW);
    const other = await store.alsoOpen();
    const jumped = NOW + 100 * DAY;
    await check(jumped);
    expect(await checkRetentionHold(other.database, jumped)).toEqual({ lastKnown: NOW, heldAt: jumped });
    await other.close();
  });
});
