import type { Metric } from "./metrics";

export const VERDICTS = [
  "regression",
  "improvement",
  "unchanged",
  "inconclusive",
  "not-enough-data",
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** Whether a verdict calls a change. */
export const isCalled = ({ verdict }: { verdict: Verdict }): boolean =>
  verdict === "regression" || verdict === "improvement";

/**
 * How the times of the two releases are compared: over the same hours, by a model of all hours of the last four weeks,
 * or everything there is.
 */
export const WINDOW_KINDS = ["concurrent", "model", "lifetime"] as const;

export type WindowKind = (typeof WINDOW_KINDS)[number];

/**
 * How one change was estimated. `stretches`: a route's hours of both releases against each other, where the site has the
 * model of all hours.
 */
export type ComparisonMethod = WindowKind | "stretches";

/**
 * The declared looks at a release: after a day, after two, and when it is replaced. At each of them it is judged once, and
 * that verdict stays until the next, so that looking every hour finds no more than the declared looks do.
 */
export const LOOK_KINDS = ["first-day", "second-day", "replacement"] as const;

export type LookKind = (typeof LOOK_KINDS)[number];

/** Why a change has no verdict, or only a weak one. */
export const CHANGE_REASONS = [
  /** Fewer than `MIN_SAMPLES_FOR_VERDICT` on a side. */
  "too-few-samples",
  /** Less than an hour is compared, or so few hours (or earlier days) that their spread is not known. */
  "window-too-short",
  /** Most of the two releases' measurements come from different major versions of the measuring library. */
  "library-changed",
  /** Everything there is was compared, so that time of day is not matched. */
  "time-of-day-not-matched",
  /** The release is current and no declared look is past: the evidence would be enough at one. */
  "early",
  /** The same between two declared looks. */
  "between-looks",
  /** The release is replaced, and its last declared look did not call what the nominal bound would. */
  "last-look",
  /** Significant by itself, and not among this many routes. */
  "one-of-many",
  /** Told apart from no change, and too small to matter. */
  "too-small-to-matter",
  /** The p75 and the share of good views point in opposite directions. */
  "contradictory",
] as const;

export type ChangeReason = (typeof CHANGE_REASONS)[number];

/** Why there is nothing to compare with. */
export const NO_COMPARISON_REASONS = [
  /** No release is established yet. */
  "no-release",
  /** Nothing was replaced by the release yet. */
  "no-previous",
  "unknown-release",
  "unknown-baseline",
  "same-release",
  /** The release has no measurement in the view's times. */
  "release-not-in-view",
  /** The baseline was announced, and nothing of it was measured. */
  "baseline-not-measured",
  /** The hourly summaries of the baseline are deleted. */
  "baseline-gone",
] as const;

export type NoComparisonReason = (typeof NO_COMPARISON_REASONS)[number];

/** Least samples of each side for a verdict. */
export const MIN_SAMPLES_FOR_VERDICT = 200;

/** A change of a time that matters: at least this share of the baseline's p75 … */
export const MIN_RELATIVE_CHANGE = 0.05;

/** … and at least this much, in the metric's unit. */
export const MIN_ABSOLUTE_CHANGE: Readonly<Record<Metric, number>> = {
  INP: 20,
  LCP: 50,
  CLS: 0.01,
  FCP: 50,
  TTFB: 50,
};

/** An interval within this share of the baseline's p75 on both sides says that nothing changed. */
export const UNCHANGED_WITHIN = 0.1;

/** The same for CLS and a baseline of 0, which have no percentage: multiples of `MIN_ABSOLUTE_CHANGE`. */
export const UNCHANGED_WITHIN_LEAST_CHANGES = 2;

/** The least change in the share of good views (0 to 1) that matters, where a p75 near zero decides nothing. */
export const MIN_SHARE_CHANGE = 0.05;

/**
 * The false discovery rate that the routes' verdicts are found with. What is promised is 0.1, of badges shown and of
 * pages with any where nothing changed; that would be used up to the last by p-values that are only about right.
 */
export const FALSE_DISCOVERY_RATE = 0.07;

/** Least share of an hour's traffic on each side for a concurrent hour. */
export const CONCURRENT_SHARE = 0.2;
