import type { CockpitQuery } from "../../query/cockpit-query";
import type { Change, Comparison } from "../../query/comparison/comparison-result";
import { HOUR, type TimeWindow } from "../../vitals/time";
import { lookName } from "../comparison/looks";
import { hoursText } from "../comparison/windows";
import { formatCount, formatLocal, formatWindow, valueText, windowZone } from "../format/format";
import { RANGE_LABELS } from "../format/labels";
import { type PageName, pageHref } from "../format/links";
import type { ReleaseStart } from "./release-markers";

type Side = "current" | "baseline";

/** A level of the 75th percentile with its interval, in the metric's unit, over stretches of time (ms). */
export type IntervalBand = { side: Side; low: number; high: number; times: TimeWindow[] };

/** Changes are of this percentile. */
export const JUDGED_PERCENTILE = 75;

/** A logarithm needs more than nothing. */
const LEAST_FACTOR = 1e-6;

/**
 * The 75th percentile of each side over its compared time, each with half of the interval of their change. So the two
 * intervals are apart exactly where that of the change excludes no change (Andrews, Snee and Sarner, The American
 * Statistician 1980: least significant difference intervals). Empty without an interval.
 */
export function intervalBands(change: Change, windows: Record<Side, readonly TimeWindow[]>): IntervalBand[] {
  const { p75, percent, interval, look } = change;
  if (p75 === null || interval === null) return [];
  // A verdict of a declared look has the figures of the hours before it.
  const until = look === null ? Number.POSITIVE_INFINITY : Math.floor(look.at / HOUR) * HOUR;
  const times = (side: Side): TimeWindow[] =>
    windows[side]
      .filter(({ from }) => from < until)
      .map(({ from, to }) => ({ from, to: Math.min(to, until) }));
  const [scale, value] =
    percent === null
      ? [(x: number) => x, (x: number) => Math.max(0, x)]
      : [(x: number) => Math.log(Math.max(LEAST_FACTOR, x)), Math.exp];
  const ends =
    percent === null
      ? { change: p75.current - p75.baseline, ...interval }
      : {
          change: p75.current / p75.baseline,
          low: 1 + interval.low / 100,
          high: 1 + interval.high / 100,
        };
  const down = Math.max(0, scale(ends.change) - scale(ends.low)) / 2;
  const up = Math.max(0, scale(ends.high) - scale(ends.change)) / 2;
  const band = (side: Side, below: number, above: number): IntervalBand => ({
    ...{ side, times: times(side) },
    low: value(scale(p75[side]) - below),
    high: value(scale(p75[side]) + above),
  });
  return [band("baseline", up, down), band("current", down, up)].filter(({ times }) => times.length > 0);
}

/** Stretches of time without the gaps that are shorter than `gap` (ms); `stretches` are ascending. */
export function joinedStretches(stretches: readonly TimeWindow[], gap: number): TimeWindow[] {
  const joined: TimeWindow[] = [];
  for (const { from, to } of stretches) {
    const last = joined.at(-1);
    if (last !== undefined && from - last.to < gap) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** The times in which both sides are compared, ascending. */
export function sharedTimes({ current, baseline }: Record<Side, readonly TimeWindow[]>): TimeWindow[] {
  return current.flatMap((own) =>
    baseline
      .map(({ from, to }) => ({ from: Math.max(from, own.from), to: Math.min(to, own.to) }))
      .filter(({ from, to }) => from < to),
  );
}

/** A part of a window; what lies outside of it is cut off, and what is left empty is left out. */
export const within = (stretches: readonly TimeWindow[], { from, to }: TimeWindow): TimeWindow[] =>
  stretches
    .map((one) => ({ from: Math.max(one.from, from), to: Math.min(one.to, to) }))
    .filter((one) => one.from < one.to);

/**
 * Releases on a chart of a comparison: the current one begins where it appeared for the compared hours, after a rollback
 * later than when it was first seen.
 */
export function startsWithSwitch(
  starts: readonly ReleaseStart[],
  { current, deployedAt }: Pick<Comparison, "current" | "deployedAt">,
  { from, to }: TimeWindow,
): ReleaseStart[] {
  const announced = starts.find(({ buildVersion }) => buildVersion === current)?.announced ?? false;
  const others = starts.filter(({ buildVersion }) => buildVersion !== current);
  const isInside = deployedAt > from && deployedAt < to;
  return [
    ...others,
    ...(isInside ? [{ buildVersion: current, at: deployedAt, announced, isSwitch: true }] : []),
  ].sort((a, b) => a.at - b.at);
}

/** The times that the chart of a comparison can have, each a link to the other. */
export type SpanLinks = Array<{ text: string; title: string; href: string; current: boolean }>;

export function spanLinks(
  query: CockpitQuery,
  { range, chart }: { range: TimeWindow; chart: TimeWindow },
  page: PageName,
  now: number,
): SpanLinks {
  const isChosen = query.from !== null || query.to !== null;
  const times = formatWindow(range, query.tz, now);
  const compared = query.span === "compared" ? formatWindow(chart, query.tz, now) : "";
  return [
    { span: "compared" as const, text: "Compared times", title: compared },
    { span: "range" as const, text: isChosen ? "Chosen times" : RANGE_LABELS[query.range], title: times },
  ].map(({ span, text, title }) => ({
    ...{ text, title, current: span === query.span },
    href: pageHref(page, query, { span, page: query.page }),
  }));
}

/** The drawing of a comparison: `n` of the lines, and how many shades there are. */
type Drawn = { window: TimeWindow; step: number; n: Record<Side, number>; shades: number };

/** The drawing in words: its lines, then its shades. */
export function chartNotes(
  query: CockpitQuery,
  compared: Comparison,
  { window, step, n, shades }: Drawn,
  now: number,
): string[] {
  const { tz } = query;
  const { current, baseline, changes, windows, deployedAt } = compared;
  const shared = within(sharedTimes(windows), window).reduce((sum, { from, to }) => sum + to - from, 0);
  const lines = [
    `Solid: ${current}, n ${formatCount(n.current)}.`,
    baselineNote(baseline, step, n.baseline),
    deployedAt > window.from && deployedAt < window.to
      ? `Vertical: ${current} appeared ${formatLocal(deployedAt, tz, now)} ${windowZone(window, tz)}.`
      : null,
    shared === 0 ? null : `On the axis: both live, ${hoursText(Math.ceil(shared / HOUR))}.`,
  ];
  return [lines.filter((line) => line !== null).join(" "), shadeNote(query, changes[query.metric], shades)];
}

function baselineNote(baseline: string, step: number, n: number): string {
  if (n > 0) return `Dashed: ${baseline}, n ${formatCount(n)}, at its own times.`;
  return step < HOUR
    ? `${baseline} is not drawn: it is compared by whole hours.`
    : `${baseline} has no compared hour in these times.`;
}

function shadeNote({ metric, percentile }: CockpitQuery, change: Change, shades: number): string {
  const { p75, interval, look, n } = change;
  if (percentile !== JUDGED_PERCENTILE) return "Not shaded: the interval of a change is that of the p75.";
  if (p75 === null || interval === null) return "Not shaded: there is no interval yet.";
  if (shades === 0) return "Not shaded: the compared times of the verdict are outside of these.";
  const side = (name: Side): string => `${valueText(metric, p75[name])} (n ${formatCount(n[name])})`;
  const until = look === null ? "" : ` They end with ${lookName(look.kind)}, which the verdict is of.`;
  return `Shaded: the p75 of the compared times for the same mix, ${side("baseline")} and ${side("current")}, each with half of the 95 % interval of the change, so that the shades are apart where it excludes no change.${until}`;
}
