import type { CockpitQuery } from "../../query/cockpit-query";
import type { Change, Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import type { ReleasesResult } from "../../query/releases/releases-result";
import { type ChangeReason, isCalled } from "../../vitals/comparison";
import type { PageName } from "../format/links";
import { type CalledRoutesModel, calledRoutes } from "./called-routes";
import { type ChangeFiguresRow, changeFigures } from "./change-figures";
import { type Tone, toneOf } from "./change-labels";
import { lookSentence } from "./looks";
import { type NoComparisonModel, noComparisonModel } from "./no-comparison";
import {
  changeSentence,
  goodShareSentence,
  leftOutSentence,
  mixSentence,
  neededSentence,
  otherMetrics,
  type Run,
} from "./sentence";
import { trafficNotes } from "./traffic-notes";
import { comparedTimes, matchingSentence } from "./windows";

/** The comparison of two releases at the top of a page. */
export type ComparisonModel = {
  status: "compared";
  tone: Tone;
  /** Of the chosen metric. */
  sentence: Run[];
  /** Of the other metrics, in short. */
  others: Run[];
  /** The routes that became worse or better; `null` on the page of a route, and where none was compared. */
  routes: CalledRoutesModel | null;
  /** The look that the verdict is of, and the next one; `null` without declared looks. */
  look: string | null;
  /** What stands behind it, a sentence each. */
  notes: string[];
  /** The compared times of both releases. */
  times: Array<{ release: string; times: string }>;
  releases: { current: string; baseline: string };
  /** All metrics in numbers. */
  figures: ChangeFiguresRow[];
};

export type BannerModel = ComparisonModel | NoComparisonModel;

/** The top of a page while comparing. */
export function comparisonBanner(
  result: ComparisonResult,
  query: CockpitQuery,
  releases: ReleasesResult | null,
  page: PageName,
  now: number,
): BannerModel {
  return result.status === "compared"
    ? comparisonModel(result, query, now)
    : noComparisonModel(result, query, releases, page);
}

function comparisonModel(comparison: Comparison, query: CockpitQuery, now: number): ComparisonModel {
  const { changes, windows } = comparison;
  const { metric, tz } = query;
  const change = changes[metric];
  const notes = [
    goodShareSentence(metric, change),
    neededSentence(change, comparison),
    mixSentence(metric, change),
    leftOutSentence(change),
    reasonSentence(change),
    earlySentence(change, comparison),
    ...trafficNotes(metric, comparison, query.navigation),
    matchingSentence(change.method, windows),
  ];
  return {
    status: "compared",
    tone: toneOf(change.verdict),
    sentence: changeSentence(metric, change, comparison),
    others: otherMetrics(changes, metric),
    routes: query.route === null ? calledRoutes(comparison.routes, query) : null,
    look: lookSentence(change, comparison, query, now),
    notes: notes.filter((note) => note !== null),
    times: comparedTimes(comparison, tz, now),
    releases: { current: comparison.current, baseline: comparison.baseline },
    figures: changeFigures(changes, windows.concurrentShare),
  };
}

/** Reasons that are not in the sentence itself. */
const REASON_SENTENCES: Readonly<Partial<Record<ChangeReason, string>>> = {
  "library-changed":
    "Another version measures another thing: its changes cannot be distinguished from those of the release. Compare two releases with the same version.",
  "last-look":
    "The last look, at its replacement, did not call the change: it passes the usual bound, not that of a declared look. No further look follows.",
  "one-of-many": "By itself it would be called; among this many routes, that happens by chance.",
  "too-small-to-matter":
    "It differs, but by less than matters: at least 5 % and 50 ms (20 ms for INP), or 0.01 for CLS.",
  contradictory:
    "The p75 and the share of good page views point in opposite directions, so that neither is called.",
};

const reasonSentence = ({ reason }: Change): string | null =>
  reason === null ? null : (REASON_SENTENCES[reason] ?? null);

function earlySentence(change: Change, { current }: Comparison): string | null {
  const called = isCalled(change);
  if (!change.early || (!called && change.leaning === null)) return null;
  return called
    ? `Early: ${current} has been live for less than 24 hours. Its change passes the stricter bound that applies until then, because frequent checks find chance differences.`
    : `Early: ${current} has been live for less than 24 hours. Until then a stricter bound applies, because frequent checks find chance differences. Its change passes the usual bound, not the stricter one.`;
}
