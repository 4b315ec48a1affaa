import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { largestSources } from "../../../../app/ingest/sources/largest-sources";
import { SourceCounts } from "../../../../app/ingest/sources/source-counts";
import { SourceKeys } from "../../../../app/ingest/sources/source-keys";
import type { Measurement } from "../../../../app/vitals/measurement";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { idAt, measurement, NOW } from "../../../support/measurements";

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const ORIGIN = "https://shop.example";
const END = Math.ceil(NOW / HOUR) * HOUR;
const START = END - DAY;

let number = 0;
const keys = new SourceKeys(Buffer.alloc(32, 7));

function send(
  counts: SourceCounts,
  address: string | null,
  changes: Partial<Measurement> = {},
  { userAgent = CHROME, origin = ORIGIN as string | null } = {},
): void {
  number += 1;
  counts.record({ address, userAgent, origin }, [measurement({ id: idAt(NOW, number), ...changes })]);
}

/** Sends `count` values of visitors with addresses of their own, spread evenly over a window. */
function visitors(
  counts: SourceCounts,
  count: number,
  changes: Partial<Measurement> = {},
  from = START,
): void {
  for (let i = 0; i < count; i += 1) {
    const receivedAt = from + Math.floor((i / count) * DAY);
    send(counts, `10.${i % 250}.${Math.floor(i / 250) % 250}.${i % 199}`, { receivedAt, ...changes });
  }
}

/** What the page of a day is about. */
const VIEW = {
  windows: [{ from: START, to: END }],
  route: null as string | null,
  buildVersion: null as string | null,
  devices: ["mobile", "tablet", "desktop"] as const,
  navigation: "load" as const,
};

const lcpOf = (counts: SourceCounts, changes: Partial<typeof VIEW> = {}) =>
  largestSources(counts, { ...VIEW, ...changes })?.largest.find(({ metric }) => metric === "LCP");

/** Two streams in the order of their times, as they arrive. */
function poisoned(forged: number, honest: number, address = "203.0.113.7"): SourceCounts {
  const counts = new SourceCounts({ keys });
  for (let hour = 0; hour < 24; hour += 1) {
    const receivedAt = START + hour * HOUR + 1;
    for (let i = hour; i < honest; i += 24)
      send(counts, `10.${i % 250}.${Math.floor(i / 250)}.${i % 199}`, { receivedAt });
    for (let i = hour; i < forged; i += 24) send(counts, address, { receivedAt });
  }
  return counts;
}

describe("largestSources", () => {
  it("names the source of 192 forged values among 5,000 over a day, on the site and on the route", () => {
    const counts = poisoned(192, 4_808);
    const expected = {
      ...{ kind: "address", browser: "Chrome", device: "desktop", origin: ORIGIN },
      ...{ count: 192, of: 5_000, share: 0.0384, isUnusual: false },
    };
    expect(lcpOf(counts)).toMatchObject(expected);
    expect(lcpOf(counts, { route: "/workspace/[id]" })).toMatchObject(expected);
    expect(lcpOf(counts, { buildVersion: "2.4.1" })).toMatchObject(expected);
    expect(lcpOf(counts, { buildVersion: "2.4.0" })).toBeUndefined();
  });

  it("names no source below 3 %, and none of fewer than 30 values", () => {
    expect(lcpOf(poisoned(30, 970))).toMatchObject({ count: 30, share: 0.03 });
    expect(lcpOf(poisoned(29, 971))).toBeUndefined();
    expect(lcpOf(poisoned(15, 14))).toBeUndefined();
  });

  it("names what the beacons of a source have in common", () => {
    const counts = poisoned(0, 100);
    for (let i = 0; i < 20; i += 1) send(counts, "203.0.113.7", { receivedAt: END - 1 });
    send(counts, "203.0.113.7", { receivedAt: END - 1 }, { userAgent: "curl/8" });
    expect(lcpOf(counts)).toMatchObject({ browser: undefined, device: "desktop", origin: ORIGIN });
    send(counts, "203.0.113.7", { receivedAt: END - 1, device: "mobile" }, { origin: null });
    expect(lcpOf(counts)).toMatchObject({ device: null, origin: undefined });
  });

  it("names a network whose addresses send together", () => {
    const counts = poisoned(0, 900);
    for (let i = 0; i < 100; i += 1) send(counts, `203.0.113.${i}`, { receivedAt: END - 1 });
    expect(lcpOf(counts)).toMatchObject({ kind: "network", count: 100, share: 0.1 });
    const ofSix = poisoned(0, 900);
    for (let i = 0; i < 100; i += 1) send(ofSix, `2001:db8:7:${i.toString(16)}::1`, { receivedAt: END - 1 });
    expect(lcpOf(ofSix)).toMatchObject({ kind: "network", count: 100 });
  });

  it("warns of a source with 10 % that sends less elsewhere, or of which nothing else is known", () => {
    expect(lcpOf(poisoned(100, 900))).toMatchObject({ isUnusual: true, usualShare: null });
    const counts = new SourceCounts({ keys });
    visitors(counts, 500, { buildVersion: "2.4.0", receivedAt: END - 1 });
    visitors(counts, 90, { receivedAt: END - 1 });
    for (let i = 0; i < 10; i += 1) send(counts, "203.0.113.7", { receivedAt: END - 1 });
    expect(lcpOf(counts, { buildVersion: "2.4.1" })).toMatchObject({ isUnusual: true, usualShare: 0 });
    expect(lcpOf(counts)?.share ?? 0).toBeLessThan(0.03);
  });

  it("does not warn of an office that has its share at all times", () => {
    const counts = new SourceCounts({ keys });
    for (let hour = 0; hour < 48; hour += 1) {
      const receivedAt = END - 2 * DAY + hour * HOUR;
      visitors(counts, 12, { receivedAt });
      for (let i = 0; i < 8; i += 1) send(counts, "203.0.113.7", { receivedAt });
    }
    const day = lcpOf(counts);
    expect(day).toMatchObject({ share: 0.4, isUnusual: false });
    expect(day?.usualShare).toBeCloseTo(0.4);
    // Nothing is known beside this view, so its older half shows what is usual.
    const both = lcpOf(counts, { windows: [{ from: END - 2 * DAY, to: END }] });
    expect(both).toMatchObject({ share: 0.4, isUnusual: false });
  });

  it("does not warn of a source that sends everything, such as a proxy", () => {
    expect(lcpOf(poisoned(100, 0))).toMatchObject({ share: 1, isUnusual: false });
  });

  it("separates what the summaries separate", () => {
    const counts = poisoned(0, 100);
    for (let i = 0; i < 50; i += 1) send(counts, "203.0.113.7", { device: "bot", receivedAt: END - 1 });
    for (let i = 0; i < 50; i += 1) {
      send(counts, "203.0.113.7", { navigationType: "soft-navigation", receivedAt: END - 1 });
    }
    expect(lcpOf(counts)).toBeUndefined();
    expect(largestSources(counts, { ...VIEW, devices: ["bot"] })?.largest).toMatchObject([{ count: 50 }]);
    expect(largestSources(counts, { ...VIEW, devices: null, navigation: null })?.largest).toMatchObject([
      { count: 100, of: 200 },
    ]);
  });

  it("knows nothing of another time, and of senders without an address", () => {
    const counts = poisoned(50, 50);
    expect(largestSources(counts, { ...VIEW, windows: [{ from: 0, to: START }] })).toBeNull();
    const unknown = new SourceCounts({ keys });
    for (let i = 0; i < 50; i += 1) send(unknown, null);
    expect(largestSources(unknown, VIEW)).toBeNull();
  });
});

describe("SourceCounts", () => {
  it("counts later reports of a measurement once", () => {
    const counts = poisoned(0, 97);
    const id = idAt(NOW, 77_777_777);
    for (let i = 0; i < 60; i += 1) send(counts, "203.0.113.7", { id, receivedAt: END - 1 });
    expect(lcpOf(counts)).toBeUndefined();
  });

  it("has bounded memory, whoever sends, and forgets the oldest routes first", () => {
    const counts = new SourceCounts({ keys, maxEntries: 2_000 });
    for (let i = 0; i < 40_000; i += 1) {
      const receivedAt = START + Math.floor((i / 40_000) * DAY);
      const changes = { receivedAt, route: `/${i % 300}`, buildVersion: `b${i % 7}` };
      send(counts, `10.${i % 250}.${Math.floor(i / 250)}.1`, changes);
      expect(counts.size).toBeLessThanOrEqual(2_000);
    }
    const known = largestSources(counts, { ...VIEW, route: "/1" });
    expect(known?.since ?? END).toBeGreaterThan(START);
  });

  it("ends with its hours", () => {
    const counts = new SourceCounts({ keys });
    visitors(counts, 100, { receivedAt: START });
    send(counts, "203.0.113.7", { receivedAt: START + 30 * DAY });
    expect(largestSources(counts, VIEW)).toBeNull();
  });

  it("reports the cells of an hour that is over", () => {
    const ended: number[] = [];
    const counts = new SourceCounts({ keys, onHourEnd: (cells) => ended.push(cells.length) });
    send(counts, "203.0.113.7", { receivedAt: START });
    send(counts, "203.0.113.7", { receivedAt: START, buildVersion: "2.4.0" });
    expect(ended).toEqual([]);
    send(counts, "203.0.113.7", { receivedAt: START + HOUR });
    expect(ended).toEqual([2]);
  });

  it("holds no address", () => {
    const counts = poisoned(50, 0, "203.0.113.77");
    const entries = counts.cells("routes")?.cells.map(({ sources }) => [...sources.entries]);
    const held = inspect(entries, { depth: null, maxArrayLength: null });
    expect(held).toContain("Chrome");
    expect(held).not.toContain("203.0.113");
  });
});
