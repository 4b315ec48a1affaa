import { median } from "./statistics";

/** What a figure has to be, itself or as a multiple of its baseline. */
export type Target = { of: "value" | "ratio"; atLeast: number } | { of: "value" | "ratio"; atMost: number };

/** One measured thing: the median of its rounds, beside that of its baseline's rounds from the same run. */
export type Figure = {
  bench: string;
  name: string;
  unit: string;
  value: number;
  baseline: { name: string; value: number } | null;
  /** Median of value / baseline round by round: what slows both of a round down leaves it alone. */
  ratio: number | null;
  target: Target | null;
  /** `null` without a target. */
  met: boolean | null;
  /** What was done, how often. */
  sample: string;
  rounds: readonly number[];
};

/** A figure's rounds, in their order; those of the baseline were run between them. */
export type Measured = {
  bench: string;
  name: string;
  unit: string;
  rounds: readonly number[];
  baseline?: { name: string; rounds: readonly number[] };
  target?: Target;
  sample: string;
};

export function toFigure({ bench, name, unit, rounds, baseline, target, sample }: Measured): Figure {
  const value = median(rounds);
  const ratio =
    baseline === undefined
      ? null
      : median(rounds.map((round, i) => round / (baseline.rounds[i] ?? median(baseline.rounds))));
  return {
    bench,
    name,
    unit,
    value,
    baseline: baseline === undefined ? null : { name: baseline.name, value: median(baseline.rounds) },
    ratio,
    target: target ?? null,
    met: target === undefined ? null : isMet(target, target.of === "value" ? value : ratio),
    sample,
    rounds,
  };
}

function isMet(target: Target, measured: number | null): boolean {
  if (measured === null) return false;
  return "atLeast" in target ? measured >= target.atLeast : measured <= target.atMost;
}
