import type { Settlement } from "./change";

/** One of the tests that an open change is judged by. */
export type OpenTest = {
  /** Size of the change, and its variance. */
  change: number;
  variance: number;
  /** Whether a change of this size matters once it is certain. */
  matters: boolean;
  /** The half-width, less the change, within which it is "unchanged" (0 or less: it is too large for that). */
  narrow: number;
};

/** An open change, and what more data does to it. */
export type OpenChange = {
  /** Of the p75, and of the share of good samples where that is judged too. */
  tests: readonly OpenTest[];
  /** Standard errors that a call and the interval need. */
  t: { called: number; nominal: number };
  /** Whether a change can be called at all: not without time of day matched. */
  canBeCalled: boolean;
  /** Hours of history until time of day can be matched; `null` where it is, or where more hours don't do it. */
  missingHours: number | null;
  isOngoing: boolean;
  /** Samples of the current release, and the part of the variance that more of them make smaller, 0 to 1. */
  samples: number;
  shrinking: number;
  /** What brings the variance of the p75's change down to a target, where a model knows. */
  timeTo: ((variance: number) => { hours: number; samples: number } | null) | null;
};

/**
 * What brings the interval off zero or within the half-width of "unchanged", whichever comes first, if the change stays
 * what it is. A variance that samples make smaller does so as 1 / n; what comes from hours and days stays, and only more of
 * them, or both releases in the same ones, help.
 * @returns `null` where nothing is missing but the next look
 */
export function settlementOf(open: OpenChange): Settlement | null {
  const { missingHours, isOngoing, samples, shrinking, timeTo, tests } = open;
  if (!isOngoing) return { by: "gradual-roll-out" };
  if (missingHours !== null) return { by: "history", hours: missingHours };
  const part = variancePart(open);
  if (part <= 0) return open.canBeCalled ? { by: "larger-change" } : { by: "gradual-roll-out" };
  if (part >= 1) return null;
  if (timeTo !== null) {
    const more = timeTo(part * (tests[0]?.variance ?? 0));
    return more === null ? { by: "gradual-roll-out" } : { by: "time", ...more };
  }
  const left = part - (1 - shrinking);
  const more = left <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(samples * (shrinking / left - 1));
  if (!Number.isSafeInteger(more)) return { by: "gradual-roll-out" };
  return more > 0 ? { by: "samples", samples: more } : null;
}

/**
 * The part of the variance, all tests alike, with which the change is called or "unchanged": for a call one test is enough,
 * and "unchanged" needs all of them. 0: no variance is small enough.
 */
function variancePart({ tests, t, canBeCalled }: OpenChange): number {
  const partOf = (distance: number, standardErrors: number, variance: number): number =>
    variance > 0 ? (Math.max(0, distance) / standardErrors) ** 2 / variance : Number.POSITIVE_INFINITY;
  const called = canBeCalled
    ? tests.filter(({ matters }) => matters).map(({ change, variance }) => partOf(change, t.called, variance))
    : [];
  const unchanged = tests.map(({ narrow, variance }) =>
    narrow <= 0 ? 0 : partOf(narrow, t.nominal, variance),
  );
  return Math.max(0, ...called, Math.min(...unchanged));
}
