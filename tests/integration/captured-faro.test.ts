import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IdempotencyCache } from "../../app/ingest/idempotency-cache";
import { receiveFaro } from "../../app/ingest/receive-faro.server";
import { selectMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { MINUTE } from "../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../support/expected-summaries";
import { Store } from "../support/store";

type Captured = { headers: Record<string, string>; body: Record<string, unknown> };

/** What Faro's web SDK posted in a real Chromium, in order. */
const captured = (version: string): Captured[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, "captures", `faro-${version}-requests.json`), "utf8"));

/** Two pages were visited, clicked on, hidden and shown; from the second the first was gone back to. */
const SDK_2 = captured("2.12.1");
const AT_2 = Date.parse("2026-11-23T00:46:43Z");

/** Two pages, the first without attribution (and so without ids), the second with it. */
const SDK_1 = captured("1.19.0");
const AT_1 = Date.parse("2026-11-26T07:47:38Z");

let store: Store;
beforeEach(async () => {
  store = await Store.open({ at: AT_2 });
});
afterEach(() => store.close());

/** Sends bodies as they were captured; gives how often was answered what, and what was let go. */
async function send(bodies: readonly Captured[]): Promise<Record<string, number>> {
  const tally: Record<string, number> = {};
  const count = (what: string, n = 1): void => {
    tally[what] = (tally[what] ?? 0) + n;
  };
  const idempotencyCache = new IdempotencyCache();
  for (const { headers, body } of bodies) {
    const request = new Request("http://cockpit.example/api/analytics/faro", {
      method: "POST",
      body: JSON.stringify(body),
      headers,
    });
    const { status } = await receiveFaro(request, {
      rules: { routeRules: [], acceptEnvironments: ["production"], tooLateBefore: () => 0 },
      allowedOrigins: ["https://shop.example"],
      clock: () => store.at,
      commit: (batch) => store.ingest(...batch),
      apiKey: null,
      idempotencyCache,
      forward: null,
      onIgnored: count,
    });
    count(String(status));
    store.at += 1;
  }
  return tally;
}

const rows = (): Promise<Measurement[]> =>
  selectMeasurements(store.database.read, { from: 0, to: store.at + MINUTE }, null, 1_000);

const shown = ({ metric, value, route, navigationType }: Measurement): unknown[] => [
  metric,
  Math.round(value * 1000) / 1000,
  route,
  navigationType,
];

const OF_SDK_2 = [
  ["FCP", 400, "/workspace/:id", "navigate"],
  ["TTFB", 130.3, "/workspace/:id", "navigate"],
  ["LCP", 400, "/workspace/:id", "navigate"],
  // Grown by the second interaction and the second shift: one measurement each, of the last value.
  ["INP", 408, "/workspace/:id", "navigate"],
  ["CLS", 0.104, "/workspace/:id", "navigate"],
  ["FCP", 204, "/workspace/:id", "navigate"],
  ["TTFB", 126.9, "/workspace/:id", "navigate"],
  ["LCP", 204, "/workspace/:id", "navigate"],
  ["INP", 192, "/workspace/:id", "navigate"],
  ["CLS", 0.093, "/workspace/:id", "navigate"],
  ["TTFB", 0, "/workspace/:id/settings", "back-forward-cache"],
  ["FCP", 26.2, "/workspace/:id/settings", "back-forward-cache"],
  ["LCP", 26.9, "/workspace/:id/settings", "back-forward-cache"],
  ["INP", 408, "/workspace/:id/settings", "back-forward-cache"],
  ["CLS", 0, "/workspace/:id/settings", "back-forward-cache"],
].map((row) => JSON.stringify(row));

const asTexts = (measurements: readonly Measurement[]): string[] =>
  measurements.map((one) => JSON.stringify(shown(one)));

describe("what SDK 2 posted", () => {
  it("is stored, each page view's measurement once", async () => {
    expect(await send(SDK_2)).toEqual({ 202: SDK_2.length, events: 8, spans: 1 });
    const stored = await rows();
    expect(asTexts(stored).sort()).toEqual([...OF_SDK_2].sort());
    for (const { buildVersion, device, library } of stored) {
      expect({ buildVersion, device, library }).toEqual({
        buildVersion: "1.42.0",
        device: "desktop",
        library: "web-vitals/6",
      });
    }
    const inp = stored.find(({ metric, value }) => metric === "INP" && value === 408);
    expect(inp?.attribution).toMatchObject({
      interactionTarget: "#btn",
      interactionType: "pointer",
      longestScriptSubpart: "processing-duration",
    });
  });

  it("is the same when every body comes twice, and when it all comes again after a restart", async () => {
    await send(SDK_2.flatMap((body) => [body, body]));
    await store.fold();
    await send(SDK_2);
    expect(asTexts(await rows()).sort()).toEqual([...OF_SDK_2].sort());
    await store.fold();
    expect(storedSummaries(store)).toEqual(expectedSummaries(await rows()));
  });

  it("is the same in whatever order it arrives, but for the page of what moved on", async () => {
    await send(SDK_2.toReversed());
    expect(asTexts(await rows()).sort()).toEqual([...OF_SDK_2].sort());
  });
});

describe("what SDK 1 posted", () => {
  beforeEach(() => {
    store.at = AT_1;
  });

  it("is stored too, each measurement without an id once, under the path of its page", async () => {
    const once = await send(SDK_1);
    expect(once).toMatchObject({ 202: SDK_1.length, measurements: 2 });
    const stored = await rows();
    expect(
      stored.map(({ metric, value, route }) => [metric, Math.round(value * 1000) / 1000, route]),
    ).toEqual(
      expect.arrayContaining([
        ["TTFB", 26.4, "/workspace/[id]"],
        ["FCP", 180, "/workspace/[id]"],
        ["LCP", 180, "/workspace/[id]"],
        ["INP", 304, "/workspace/[id]"],
        ["CLS", 0.027, "/workspace/[id]"],
      ]),
    );
    expect(stored).toHaveLength(10);
    expect(stored.filter(({ library }) => library === "faro-web-sdk/1.19.0")).toHaveLength(5);
    expect(stored.filter(({ library }) => library === "web-vitals/4")).toHaveLength(5);
    expect(JSON.stringify(stored)).not.toContain("secret");

    await send(SDK_1);
    expect(await rows()).toHaveLength(10);
  });
});
