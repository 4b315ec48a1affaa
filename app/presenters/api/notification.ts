import { DEFAULT_QUERY } from "../../query/cockpit-query";
import type { Change, Comparison } from "../../query/comparison/comparison-result";
import type { PastLook } from "../../query/comparison/looks";
import type { LookKind } from "../../vitals/comparison";
import { METRICS, type Metric } from "../../vitals/metrics";
import type { TimeWindow } from "../../vitals/time";
import { changeJson } from "../comparison/comparison-json";
import { changeSentence, runsText } from "../comparison/sentence";
import { isoInstant } from "../format/format";
import { type PageName, permalinkHref } from "../format/links";

/** A regression that was called; `route` is `null` for the site as a whole. */
export type CalledRegression = { route: string | null; metric: Metric };

/** A change of the site or a route, as a notification lists it. */
type Listed = CalledRegression & { change: Change };

/** Most changes of one notification. */
const MOST_CALLS = 20;

const LOOK_PHRASES: Readonly<Record<LookKind, string>> = {
  "first-day": "24 hours after its deploy",
  "second-day": "48 hours after its deploy",
  replacement: "at its replacement",
};

/** All changes of a comparison: those of the site first, then those of routes by the size of the change. */
function changesOf({ changes, routes }: Comparison): Listed[] {
  const listedOf = (route: string | null, own: Record<Metric, Change>): Listed[] =>
    METRICS.map((metric) => ({ route, metric, change: own[metric] }));
  const ofRoutes = [...routes].flatMap(([route, own]) => listedOf(route, own));
  const sizeOf = ({ change }: Listed): number => Math.abs(change.percent ?? 0);
  return [...listedOf(null, changes), ...ofRoutes.sort((a, b) => sizeOf(b) - sizeOf(a))];
}

const isSame = (a: CalledRegression, b: CalledRegression): boolean =>
  a.route === b.route && a.metric === b.metric;

const isIn = (all: readonly CalledRegression[], one: CalledRegression): boolean =>
  all.some((other) => isSame(other, one));

/**
 * The notifications of a declared look: at most one for regressions that it calls first, and one for those that earlier
 * looks called and this one does not. Nothing is concluded about a route without data.
 * @param before regressions that earlier looks called
 * @param address where links begin: the cockpit's public URL, or its base path where that is not known
 * @returns also the regressions that stay called, those of the site first
 */
export function lookNotifications(
  comparison: Comparison,
  before: readonly CalledRegression[],
  { look, window, address }: { look: PastLook; window: TimeWindow; address: string },
) {
  const all = changesOf(comparison);
  const called = all.filter(({ change }) => change.verdict === "regression");
  const appeared = called.filter((one) => !isIn(before, one));
  const withdrawn = all.filter((one) => isIn(before, one) && hasData(one) && !called.includes(one));
  const link = linkTo(comparison, window, address);
  const notification = (event: "regression" | "regression-withdrawn", listed: readonly Listed[]) => {
    const [first] = listed;
    if (first === undefined) return [];
    const sentence = (one: Listed): string => sentenceOf(one, comparison, event, look.kind);
    return [
      {
        version: 1 as const,
        event,
        release: comparison.current,
        baseline: comparison.baseline,
        look: { kind: look.kind, at: isoInstant(look.at) },
        sentence: sentence(first),
        link: link(first),
        callCount: listed.length,
        calls: listed.slice(0, MOST_CALLS).map((one) => ({
          route: one.route,
          metric: one.metric,
          sentence: sentence(one),
          link: link(one),
          change: changeJson(one.metric, one.change),
        })),
      },
    ];
  };
  const withoutData = before.filter((one) => !all.some((other) => isSame(other, one) && hasData(other)));
  return {
    notifications: [
      ...notification("regression", appeared),
      ...notification("regression-withdrawn", withdrawn),
    ],
    open: [...called, ...withoutData].map(({ route, metric }): CalledRegression => ({ route, metric })),
  };
}

const hasData = ({ change }: Listed): boolean => change.verdict !== "not-enough-data";

function sentenceOf(
  { route, metric, change }: Listed,
  comparison: Comparison,
  event: "regression" | "regression-withdrawn",
  look: LookKind,
): string {
  const where = route === null ? "" : `${route}: `;
  const text = runsText(changeSentence(metric, change, comparison));
  if (event === "regression") return where + text;
  const { current } = comparison;
  return `${where}The regression of ${metric} by ${current} is withdrawn ${LOOK_PHRASES[look]}. ${text}`;
}

/** Links to what a change is of, with the compared releases and times pinned. */
const linkTo =
  ({ current, baseline }: Comparison, window: TimeWindow, address: string) =>
  ({ route, metric }: CalledRegression): string => {
    const page: PageName = route === null ? "cockpit" : "route";
    return address + permalinkHref({ ...DEFAULT_QUERY, route, metric }, window, page, { current, baseline });
  };
