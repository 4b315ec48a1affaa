import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { receiveBeacon } from "../../app/ingest/receive.server";
import { selectMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { MINUTE } from "../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../support/expected-summaries";
import { CHROME } from "../support/server";
import { Store } from "../support/store";

/**
 * What web-vitals 6.2.3 gave its callbacks in a real Chromium, in order, by build of the library: two pages were
 * visited and clicked on, hidden and shown, left and restored; entries are cut to what identifies them.
 */
type Captured = { kind: "standard" | "attribution" | "attribution+softNavs"; metric: { id: string } };
const CAPTURED: Captured[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "captures", "web-vitals-6.2.3-metrics.json"), "utf8"),
);

/** A minute after the pages were opened. */
const AT = 1_795_394_777_394 + MINUTE;

let store: Store;
beforeEach(async () => {
  store = await Store.open({ at: AT });
});
afterEach(() => store.close());

/** Sends the metrics of one kind as they were captured; gives what is stored then, and how often was answered what. */
async function send(
  kind: Captured["kind"],
  bodiesOf: (metrics: Captured["metric"][]) => unknown[],
): Promise<{ rows: Measurement[]; statuses: Record<number, number> }> {
  const statuses: Record<number, number> = {};
  const metrics = CAPTURED.filter((captured) => captured.kind === kind).map(({ metric }) => metric);
  for (const body of bodiesOf(metrics)) {
    const request = new Request("http://cockpit.example/api/analytics/web-vitals?build_version=1.42.0", {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "Content-Type": "text/plain;charset=UTF-8",
        "User-Agent": CHROME,
        Referer: "http://127.0.0.1:4300/",
      },
    });
    const { status } = await receiveBeacon(request, {
      rules: { routeRules: [], acceptEnvironments: null, tooLateBefore: () => 0 },
      allowedOrigins: null,
      clock: () => store.at,
      commit: (batch) => store.ingest(...batch),
    });
    statuses[status] = (statuses[status] ?? 0) + 1;
    store.at += 1;
  }
  const window = { from: 0, to: AT + MINUTE };
  return { rows: await selectMeasurements(store.database.read, window, null, 1_000), statuses };
}

const oneByOne = (metrics: unknown[]): unknown[] => metrics;
const allAtOnce = (metrics: unknown[]): unknown[] => [metrics];

/** Rows as `metric route navigation value`. */
const shown = (rows: readonly Measurement[]): string[] =>
  rows
    .map(({ metric, route, navigationType, value }) => `${metric} ${route} ${navigationType} ${value}`)
    .sort();

const LOADS = [
  "CLS /workspace/[id] navigate 0.09340813464235623",
  "CLS /workspace/[id] navigate 0.10380987305145345",
  "FCP /workspace/[id] navigate 180",
  "FCP /workspace/[id] navigate 276",
  "INP /workspace/[id] navigate 192",
  "INP /workspace/[id] navigate 408",
  "LCP /workspace/[id] navigate 180",
  "LCP /workspace/[id] navigate 276",
  "TTFB /workspace/[id] navigate 132.4000000001397",
  "TTFB /workspace/[id] navigate 151.80000000004657",
];

describe("metrics as the library's own README sends them", () => {
  it("give a row per id with its last value, the page that each belongs to, and its restores", async () => {
    const { rows, statuses } = await send("standard", oneByOne);
    expect(statuses).toEqual({ 204: 17 });
    expect(shown(rows)).toEqual(
      [
        ...LOADS,
        "CLS /workspace/[id] back-forward-cache 0",
        "FCP /workspace/[id] back-forward-cache 33.5",
        "INP /workspace/[id] back-forward-cache 408",
        "LCP /workspace/[id] back-forward-cache 32.10000000009313",
        "TTFB /workspace/[id] back-forward-cache 0",
      ].sort(),
    );
    for (const row of rows) {
      expect(row).toMatchObject({
        buildVersion: "1.42.0",
        device: "desktop",
        library: "web-vitals/6",
        sequence: null,
        attribution: null,
      });
    }
  });

  it("with attribution keep what explains the value, without query and fragment", async () => {
    const { rows, statuses } = await send("attribution", oneByOne);
    expect(statuses).toEqual({ 204: 17 });
    expect(rows).toHaveLength(15);
    const explained = (metric: string, value: number) =>
      rows.find((row) => row.metric === metric && row.value === value)?.attribution;
    expect(explained("LCP", 276)).toEqual({
      target: "#title",
      timeToFirstByte: 151.80000000004657,
      resourceLoadDelay: 0,
      resourceLoadDuration: 0,
      elementRenderDelay: 124.19999999995343,
    });
    expect(explained("FCP", 276)).toEqual({
      timeToFirstByte: 151.80000000004657,
      firstByteToFCP: 124.19999999995343,
      loadState: "dom-content-loaded",
    });
    expect(explained("INP", 408)).toMatchObject({ interactionTarget: "#btn", interactionType: "pointer" });
    expect(explained("CLS", 0.10380987305145345)).toMatchObject({ largestShiftTarget: "#hero" });
    expect(explained("TTFB", 132.4000000001397)).toMatchObject({ dnsDuration: expect.any(Number) });
    expect(JSON.stringify(rows)).not.toMatch(/\?s=wv|traceparent/);
  });

  it("of soft navigations belong to the route that was navigated to", async () => {
    const { rows, statuses } = await send("attribution+softNavs", oneByOne);
    expect(statuses).toEqual({ 204: 21 });
    const settings = "/workspace/[id]/settings";
    expect(shown(rows)).toEqual(
      [
        ...LOADS,
        `CLS ${settings} soft-navigation 0`,
        `FCP ${settings} soft-navigation 40.0999999998603`,
        `LCP ${settings} soft-navigation 40.0999999998603`,
        `TTFB ${settings} soft-navigation 0`,
        `CLS ${settings} back-forward-cache 0`,
        `FCP ${settings} back-forward-cache 32.60000000009313`,
        `INP ${settings} back-forward-cache 408`,
        `LCP ${settings} back-forward-cache 31.600000000093132`,
        `TTFB ${settings} back-forward-cache 0`,
      ].sort(),
    );
  });

  it("are the same in one array, and sent twice", async () => {
    const single = await send("attribution+softNavs", oneByOne);
    const { rows, statuses } = await send("attribution+softNavs", allAtOnce);
    expect(statuses).toEqual({ 204: 1 });
    expect(rows).toEqual(single.rows);
  });

  it("are folded by navigation class, whenever the fold came in between", async () => {
    for (const kind of ["standard", "attribution", "attribution+softNavs"] as const) {
      await send(kind, (metrics) => metrics.slice(0, 9));
      await store.fold();
      await send(kind, (metrics) => metrics.slice(9));
      await store.fold();
    }
    const { rows } = await send("standard", () => []);
    expect(rows).toHaveLength(49);
    expect(storedSummaries(store)).toEqual(expectedSummaries(rows));
    expect(
      store.rows(
        "SELECT navigation, sum(samples) AS n FROM web_vitals_five_minutes GROUP BY navigation ORDER BY navigation",
      ),
    ).toEqual([
      { navigation: "bfcache", n: 15 },
      { navigation: "load", n: 30 },
      { navigation: "soft", n: 4 },
    ]);
  });
});
