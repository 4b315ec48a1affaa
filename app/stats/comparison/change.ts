import type { ChangeReason, ComparisonMethod, LookKind, Verdict } from "../../vitals/comparison";

/** Two ends of an interval (nominal 95 %), in the unit of what it is of. */
export type Interval = { low: number; high: number };

/** How the p75 of one metric changed from the baseline to the current release, and what that is worth. */
export type Change = {
  /** How it was estimated. */
  method: ComparisonMethod;
  /** Samples of both sides in the compared times. */
  n: { current: number; baseline: number };
  /** p75 of both sides, matched by time and mix, in the metric's unit; `null` under 30 samples on a side. */
  p75: { current: number; baseline: number } | null;
  /** Change of the p75 in percent; `null` for CLS, for a baseline of 0, and under 30 samples. */
  percent: number | null;
  /** Change of the p75 in the metric's unit. */
  absolute: number | null;
  /** Of `percent`; where that is `null`, of `absolute`. */
  interval: Interval | null;
  /** Shares of good views, 0 to 1, and their change with its interval, in points of a percent. */
  goodShare: { current: number; baseline: number; points: number; low: number; high: number } | null;
  /** The change without matching the mix of devices and routes. */
  raw: { percent: number | null; absolute: number } | null;
  /**
   * What the mix explains, in percent (`null` where there is no percentage) and in the metric's unit, and the
   * share of samples, 0 to 1, in cells too small to match; `cause` is what moved most.
   */
  mix: { percent: number | null; absolute: number; leftOut: number; cause: MixCause | null } | null;
  verdict: Verdict;
  /** Whether the release is live and no declared look is past, so that the stricter bound was used. */
  early: boolean;
  /** Where only the nominal bound is passed: which way it points. */
  leaning: "worse" | "better" | null;
  /** What would settle it; `null` where nothing is open, or where the reason says it. */
  settledBy: Settlement | null;
  reason: ChangeReason | null;
  /** The declared look that the verdict and the figures are of; `null`: of now. */
  look: { kind: LookKind; at: number } | null;
};

/** What would settle a change that is open, if it stays what it is. */
export type Settlement =
  /** More hours like the last ones, with about so many samples of the current release in them. */
  | { by: "time"; hours: number; samples: number | null }
  /** About so many more samples of the current release. */
  | { by: "samples"; samples: number }
  /** About so many more hours of history, so that time of day can be matched. */
  | { by: "history"; hours: number }
  /** Nothing as long as the change is as small as it is: a larger one would matter. */
  | { by: "larger-change" }
  /** No more of the same: only hours in which both releases are live, as in a roll-out over a day. */
  | { by: "gradual-roll-out" };

/** The part of the mix that moved most: a device (`mobile`) or prefetched loads with their shares, 0 to 1, or the routes. */
export type MixCause =
  | { kind: "device"; device: string; baseline: number; current: number }
  | { kind: "prefetched"; baseline: number; current: number }
  | { kind: "routes" };
