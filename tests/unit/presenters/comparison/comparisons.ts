import type { Change, Changes, Comparison } from "../../../../app/query/comparison/comparison-result";
import { emptySketches, type ViewResult } from "../../../../app/query/view/view-result";
import type { Metric } from "../../../../app/vitals/metrics";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { sketchOf } from "../sketches";
import { NOW } from "../views";

/** A change that nothing is known of, but for what is given. */
export const changeOf = (given: Partial<Change> = {}): Change => ({
  method: "concurrent",
  n: { current: 0, baseline: 0 },
  p75: null,
  percent: null,
  absolute: null,
  interval: null,
  goodShare: null,
  raw: null,
  mix: null,
  verdict: "not-enough-data",
  early: false,
  leaning: null,
  settledBy: null,
  look: null,
  reason: "too-few-samples",
  ...given,
});

/** A time that went from `baseline` to `current`, its interval so wide to both sides, in percent. */
export function timeChange(
  baseline: number,
  current: number,
  halfWidth: number,
  given: Partial<Change> = {},
): Change {
  const percent = (current / baseline - 1) * 100;
  return changeOf({
    n: { current: 12_304, baseline: 11_876 },
    p75: { current, baseline },
    percent,
    absolute: current - baseline,
    interval: { low: percent - halfWidth, high: percent + halfWidth },
    raw: { percent, absolute: current - baseline },
    mix: { percent: 0, absolute: 0, leftOut: 0, cause: null },
    reason: null,
    ...given,
  });
}

/** CLS that moved by `absolute`. */
export function clsChange(
  baseline: number,
  absolute: number,
  halfWidth: number,
  given: Partial<Change> = {},
): Change {
  return changeOf({
    n: { current: 12_120, baseline: 11_700 },
    p75: { current: baseline + absolute, baseline },
    absolute,
    interval: { low: absolute - halfWidth, high: absolute + halfWidth },
    raw: { percent: null, absolute },
    mix: { percent: null, absolute: 0, leftOut: 0, cause: null },
    reason: null,
    ...given,
  });
}

/** LCP worse, INP unchanged, CLS better, FCP inconclusive, TTFB without enough samples. */
export const CHANGES: Changes = {
  INP: timeChange(144, 145, 4, { verdict: "unchanged" }),
  LCP: timeChange(2_610, 3_002, 6.5, {
    verdict: "regression",
    goodShare: { current: 0.742, baseline: 0.823, points: -8.1, low: -12.2, high: -4.04 },
  }),
  CLS: clsChange(0.053, -0.0132, 0.004, { verdict: "improvement" }),
  FCP: timeChange(1_400, 1_484, 10, {
    verdict: "inconclusive",
    settledBy: { by: "samples", samples: 1_834 },
  }),
  TTFB: changeOf({ n: { current: 120, baseline: 11_876 } }),
};

export const changesOf = (given: Partial<Record<Metric, Change>> = {}): Changes => ({ ...CHANGES, ...given });

/** A comparison of 2.4.1 with 2.4.0 over eight hours in which both were live. */
export function comparisonOf(given: Partial<Comparison> = {}): Comparison {
  const shared = { from: Date.parse("2026-11-23T05:00:00.000Z"), to: Date.parse("2026-11-23T13:00:00.000Z") };
  return {
    status: "compared",
    current: "2.4.1",
    baseline: "2.4.0",
    deployedAt: NOW - 30 * HOUR,
    isCurrent: true,
    isEarly: false,
    looks: {
      last: { kind: "first-day", at: NOW - 6 * HOUR },
      next: { kind: "second-day", at: NOW + 18 * HOUR },
    },
    windows: {
      kind: "concurrent",
      current: [shared],
      baseline: [shared],
      hours: 8,
      historyDays: null,
      concurrentShare: null,
    },
    previous: emptySketches(),
    changes: CHANGES,
    routes: new Map(),
    trend: null,
    traffic: null,
    ...given,
  };
}

/** The LCP of a view, and beside it a baseline of `n` times the same value in each step. */
export const trendOf = (
  { window, step, trend }: ViewResult,
  baseline: (step: number) => { value: number; n: number },
): NonNullable<Comparison["trend"]> => ({
  ...{ window, step },
  steps: trend.map(({ from, to, metrics }, i) => {
    const { value, n } = baseline(i);
    return { from, to, current: metrics.LCP, baseline: sketchOf("LCP", [[value, n]]) };
  }),
});

/** The windows of a release that is compared by a model of all hours of four weeks. */
export const MODEL: Comparison["windows"] = {
  kind: "model",
  current: [{ from: NOW - DAY, to: NOW }],
  baseline: Array.from({ length: 7 }, (_, i) => ({ from: NOW - (8 - i) * DAY, to: NOW - (7 - i) * DAY })),
  hours: 24,
  historyDays: 28,
  concurrentShare: { INP: 0, LCP: 0, CLS: 0, FCP: 0, TTFB: 0 },
};
