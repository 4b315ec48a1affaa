import { median } from "./statistics";

/** The target of a figure: its value, or its ratio to the baseline. */
export type Target = { of: "value" | "ratio"; atLeast: number } | { of: "value" | "ratio"; atMost: number };

/** A measured figure: the median of its rounds, and that of its baseline's rounds in the same run. */
export type Figure = {
  bench: string;
  name: string;
  unit: string;
  value: number;
  baseline: { name: string; value: number } | null;
  /** Median of value / baseline of each round, so that a slow machine affects both. `null` without a baseline. */
  ratio: number | null;
  target: Target | null;
  /** `null` without a target. */
  met: boolean | null;
  /** Description of the measured work and its repetitions. */
  sample: string;
  rounds: readonly number[];
};

/** A figure's rounds in order, alternating with those of the baseline. */
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
