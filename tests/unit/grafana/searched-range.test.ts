import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grafanaView } from "../../../app/grafana/grafana-view";
import { beginsAfterCutoff, metricsRange, searchRange } from "../../../app/grafana/searched-range";
import { tempo } from "../../../app/grafana/tempo";
import { DEFAULT_QUERY } from "../../../app/query/cockpit-query";
import { DAY, HOUR, MINUTE, RANGES, SECOND } from "../../../app/vitals/time";
import { parseTime } from "../../support/grafana";
import { examples } from "../../support/measurements";

const NOW = Date.parse("2026-11-22T10:24:31.417Z");
const LIMITS = { search: 7 * DAY, metrics: null, endCutoff: 30 * SECOND };

/** A time of Grafana's URLs in ms, when the link is opened at `now`. */
function instantOf(text: string, now: number): number {
  const time = parseTime(text);
  if (typeof time === "number") return time;
  if (time === "now") return now;
  const [, count = "", unit = ""] = /^now-(\d+)([smhd])$/.exec(time) ?? [];
  const ms = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }[unit];
  if (ms === undefined) throw new Error(`${text} is no time of Grafana.`);
  return now - Number(count) * ms;
}

const aQuery = fc
  .record({
    range: fc.constantFrom(...(Object.keys(RANGES) as Array<keyof typeof RANGES>)),
    from: fc.option(fc.integer({ min: NOW - 100 * DAY, max: NOW + DAY })),
    to: fc.option(fc.integer({ min: NOW - 100 * DAY, max: NOW + DAY })),
  })
  .filter(({ from, to }) => from === null || to === null || from < to)
  .map((times) => ({ ...DEFAULT_QUERY, ...times }));

const aTempo = fc
  .record({
    version: fc.constantFrom("2.7", "2.10.8", "3.0", "3.1.0"),
    search: fc.constantFrom(7 * DAY, 2 * DAY, 0),
    metrics: fc.constantFrom(null, 72 * HOUR, 10 * MINUTE, 0),
    endCutoff: fc.constantFrom(30 * SECOND, 0, 2 * MINUTE),
  })
  .map(({ version, ...limits }) => tempo(version, limits));

/** The range in ms, in whole seconds, as Grafana sends it to Tempo. */
const opened = ({ range }: ReturnType<typeof searchRange>, now: number) => {
  const [from, to] = [range.from, range.to].map((text) => Math.floor(instantOf(text, now) / SECOND) * SECOND);
  return { from: from ?? 0, to: to ?? 0 };
};

/** A page is opened some seconds after it was written. */
const aDelay = fc.integer({ min: 0, max: 20 * SECOND });

describe("searchRange", () => {
  it("is within Tempo's limit, ends before the cutoff, and begins in the view", () => {
    fc.assert(
      fc.property(aQuery, aTempo, aDelay, (query, limits, delay) => {
        const view = grafanaView(query, NOW);
        const searched = searchRange(view, limits);
        const { from, to } = opened(searched, NOW + delay);
        expect(from).toBeLessThan(to);
        expect(to - from).toBeLessThanOrEqual(limits.longestSearch ?? Number.POSITIVE_INFINITY);
        expect(to).toBeLessThanOrEqual(NOW + delay - limits.endCutoff);
        if (!beginsAfterCutoff(view, limits)) expect(from).toBeGreaterThanOrEqual(view.times.from - SECOND);
        if (searched.cutTo === null) expect(from).toBeLessThanOrEqual(Math.max(0, view.times.from) + delay);
        else expect(to - from).toBeGreaterThan(searched.cutTo - 3 * MINUTE);
      }),
      examples(2_000),
    );
  });

  it.each([
    ["24h", { from: "now-24h", to: "now-30s" }, null],
    ["7d", { from: "now-7d", to: "now-30s" }, null],
    ["30d", { from: "now-7d", to: "now-30s" }, 7 * DAY],
  ] as const)("of %s is %j", (range, expected, cutTo) => {
    expect(searchRange(grafanaView({ ...DEFAULT_QUERY, range }, NOW), tempo("3.0", LIMITS))).toEqual({
      range: expected,
      cutTo,
    });
  });

  it("of a range shorter than the cutoff is before it", () => {
    const view = grafanaView({ ...DEFAULT_QUERY, range: "1h" }, NOW);
    const { from, to } = opened(searchRange(view, tempo("3.0", { ...LIMITS, endCutoff: 2 * HOUR })), NOW);
    expect(to - from).toBe(SECOND);
  });

  it("of a view that has just begun is before it, where Tempo has an answer", () => {
    const now = Date.parse("2026-11-22T10:25:10.000Z");
    const view = grafanaView({ ...DEFAULT_QUERY, from: now, to: now + HOUR }, now);
    const limits = tempo("3.0", LIMITS);
    const { from, to } = opened(searchRange(view, limits), now);
    expect({ from, to }).toEqual({ from: now - 31 * SECOND, to: now - 30 * SECOND });
    expect(beginsAfterCutoff(view, limits)).toBe(true);
  });
});

describe("metricsRange", () => {
  it("is within Tempo's limit once it is extended to whole steps", () => {
    fc.assert(
      fc.property(aQuery, aTempo, aDelay, (query, limits, delay) => {
        const { step, ...searched } = metricsRange(grafanaView(query, NOW), limits);
        const { from, to } = opened(searched, NOW + delay);
        expect(step % MINUTE).toBe(0);
        const extended = Math.ceil(to / step) * step - Math.floor(from / step) * step;
        expect(extended).toBeLessThanOrEqual(limits.longestMetrics ?? Number.POSITIVE_INFINITY);
        expect(extended / step).toBeLessThan(10_000);
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(NOW + delay - limits.endCutoff);
      }),
      examples(2_000),
    );
  });
});
