import type { CockpitQuery } from "../../query/cockpit-query";
import type { Change, Comparison } from "../../query/comparison/comparison-result";
import type { Look } from "../../query/comparison/looks";
import { FALSE_DISCOVERY_RATE, isCalled, type LookKind } from "../../vitals/comparison";
import { formatInstant, formatShare } from "../format/format";

const LOOK_NAMES: Readonly<Record<LookKind, string>> = {
  "first-day": "the look at 24 h",
  "second-day": "the look at 48 h",
  replacement: "the last look",
};

/** `the look at 24 h` */
export const lookName = (kind: LookKind): string => LOOK_NAMES[kind];

/** `the look at 24 h (22 Nov 10:00 UTC)` */
const datedLook = ({ kind, at }: Look, tz: string, now: number): string =>
  at === null ? lookName(kind) : `${lookName(kind)} (${formatInstant(at, tz, now)})`;

function nextSentence(next: Look | null, tz: string, now: number): string {
  if (next === null) return "No look follows.";
  return next.at === null
    ? "Next look: at its replacement."
    : `Next look: ${formatInstant(next.at, tz, now)}.`;
}

/**
 * Which look a verdict is of, and when the next one is: `Verdict of the look at 24 h (22 Nov 10:00 UTC). Next look: 23 Nov
 * 10:00 UTC.` `null` without declared looks.
 */
export function lookSentence(
  { look }: Pick<Change, "look">,
  { looks }: Pick<Comparison, "looks">,
  { route, tz }: Pick<CockpitQuery, "route" | "tz">,
  now: number,
): string | null {
  if (looks === null) return null;
  if (route !== null) {
    return `Verdict of one look, now: all routes and metrics share a false discovery rate of ${formatShare(FALSE_DISCOVERY_RATE)}.`;
  }
  const next = nextSentence(looks.next, tz, now);
  if (look !== null) return `Verdict of ${datedLook(look, tz, now)}. ${next}`;
  const after = looks.last === null ? "" : `, after ${datedLook(looks.last, tz, now)}`;
  return `Verdict of now, by the bound of a live release${after}. ${next}`;
}

/** The same on a card: `at 24 h`, or `live`; `null` where looks do not apply, or the label is early already. */
export function shortLook(
  { look, early, verdict }: Pick<Change, "look" | "early" | "verdict">,
  { looks }: Pick<Comparison, "looks">,
  { route }: Pick<CockpitQuery, "route">,
): string | null {
  if (looks === null || route !== null) return null;
  if (look !== null) return SHORT_NAMES[look.kind];
  return early && isCalled({ verdict }) ? null : "live";
}

const SHORT_NAMES: Readonly<Record<LookKind, string>> = {
  "first-day": "at 24 h",
  "second-day": "at 48 h",
  replacement: "last look",
};
