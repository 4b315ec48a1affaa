import { describe, expect, it } from "vitest";
import { averagedFit } from "../../../../../app/stats/comparison/joint/averaged-fit";
import { timeEffectOf } from "../../../../../app/stats/comparison/joint/time-effect";
import { BASELINE, CURRENT } from "../../../../../app/stats/comparison/pools";
import { blocksOf, MONDAY, noise, observed, type Row } from "./observed";

const OLDER = 2;

/** Four weeks: the baseline has two days of them, the current release the last two. */
const builds = [...blocksOf(OLDER, 144), ...blocksOf(BASELINE, 12), ...blocksOf(CURRENT, 12)];

function rows(name: string, { day = 0.03, effect = 0 } = {}): Row[] {
  const [ofDay, ofBlock] = [noise(`${name} days`, day), noise(`${name} blocks`, 0.025)];
  let level = 0;
  return builds.map((build, block) => {
    if (block % 6 === 0) level = ofDay();
    return { block, build, value: level + ofBlock() + (build === CURRENT ? effect : 0), variance: 0.0002 };
  });
}

/** The first block of the current release, with a few views of the baseline in it: the hours of a roll-out. */
const withRollOut = (all: readonly Row[]): Row[] =>
  all.flatMap((row) =>
    row.block === 156 ? [{ ...row, build: BASELINE, value: row.value ?? 0, variance: 0.004 }, row] : [row],
  );

const effectOf = (all: readonly Row[], from = MONDAY) => timeEffectOf(averagedFit(observed(all)), from);

describe("timeEffectOf", () => {
  it("has the change that pooled hours have beyond what the model attributes to the release", () => {
    const all = rows("change", { effect: 0.1 });
    const fit = averagedFit(observed(all));
    const mean = (of: number): number => {
      const own = all.filter(({ build }) => build === of);
      return own.reduce((sum, { value = 0 }) => sum + value, 0) / own.length;
    };
    const { change } = timeEffectOf(fit, MONDAY);
    expect(change).toBeCloseTo(mean(CURRENT) - mean(BASELINE) - fit.change, 12);
  });

  it("is not surer where a block of a roll-out has a few views of both releases", () => {
    const all = rows("roll-out");
    const without = effectOf(all).variance;
    expect(effectOf(withRollOut(all)).variance / without).toBeGreaterThan(0.5);
  });

  it("contains what days did between the releases, in nine of ten", () => {
    let covered = 0;
    const runs = 20;
    for (let run = 0; run < runs; run += 1) {
      const all = withRollOut(rows(`covers ${run}`));
      const { change, variance } = effectOf(all);
      const truth = all
        .filter(({ build }) => build !== OLDER)
        .reduce((sum, { build, value = 0, block }) => {
          const isStraggler = build === BASELINE && block === 156;
          return isStraggler ? sum : sum + (build === CURRENT ? value : -value) / 12;
        }, 0);
      // Nothing changed, so all of the difference is time.
      covered += Number(Math.abs(truth - change) <= 1.96 * Math.sqrt(variance));
    }
    expect(covered / runs).toBeGreaterThanOrEqual(0.9);
  });

  it("counts the baseline from an hour on", () => {
    const all = rows("from").map((row) => (row.block === 144 ? { ...row, value: 1 } : row));
    const fit = averagedFit(observed(all));
    const whole = timeEffectOf(fit, MONDAY);
    const later = timeEffectOf(fit, MONDAY + 4 * 145);
    expect(later.change - whole.change).toBeGreaterThan(0.05);
  });

  it("has twice the variance of a day, widened", () => {
    const { days } = effectOf(rows("days", { day: 0.05 }));
    expect(Math.sqrt(days / 2)).toBeGreaterThan(0.03);
    expect(Math.sqrt(days / 2)).toBeLessThan(0.08);
  });
});
