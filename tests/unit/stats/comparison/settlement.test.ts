import { describe, expect, it } from "vitest";
import { type OpenChange, settlementOf } from "../../../../app/stats/comparison/settlement";

/** A change of two standard errors that needs four to be called, and is too large to be "unchanged". */
const open = (changes: Partial<OpenChange> = {}): OpenChange => ({
  tests: [{ change: 0.1, variance: 0.05 ** 2, matters: true, narrow: -0.05 }],
  t: { called: 4, nominal: 2 },
  canBeCalled: true,
  missingHours: null,
  isOngoing: true,
  samples: 1_000,
  shrinking: 1,
  timeTo: null,
  ...changes,
});

describe("settlementOf", () => {
  it("names the samples that bring the interval off zero", () => {
    // A quarter of the variance needs four times the samples.
    expect(settlementOf(open())).toEqual({ by: "samples", samples: 3_000 });
  });

  it("names a gradual roll-out where more samples leave too much of the variance", () => {
    expect(settlementOf(open({ shrinking: 0.7 }))).toEqual({ by: "gradual-roll-out" });
    expect(settlementOf(open({ isOngoing: false }))).toEqual({ by: "gradual-roll-out" });
  });

  it("never promises to call a change that is too small to matter", () => {
    const tests = [{ change: 0.01, variance: 0.05 ** 2, matters: false, narrow: 0 }];
    expect(settlementOf(open({ tests }))).toEqual({ by: "larger-change" });
  });

  it("names the samples until the interval is within that of unchanged", () => {
    const tests = [{ change: 0.01, variance: 0.05 ** 2, matters: false, narrow: 0.05 }];
    expect(settlementOf(open({ tests }))).toEqual({ by: "samples", samples: 3_000 });
  });

  it("is unchanged only when the share of good samples is, too", () => {
    const p75 = { change: 0, variance: 0.05 ** 2, matters: false, narrow: 0.05 };
    const share = { change: 0, variance: 0.05 ** 2, matters: false, narrow: 0.025 };
    expect(settlementOf(open({ tests: [p75] }))).toEqual({ by: "samples", samples: 3_000 });
    expect(settlementOf(open({ tests: [p75, share] }))).toEqual({ by: "samples", samples: 15_000 });
  });

  it("is called by one of the two tests", () => {
    const p75 = { change: 0.01, variance: 0.05 ** 2, matters: false, narrow: 0 };
    const share = { change: 0.1, variance: 0.05 ** 2, matters: true, narrow: -1 };
    expect(settlementOf(open({ tests: [p75, share] }))).toEqual({ by: "samples", samples: 3_000 });
  });

  it("names the hours of history that a comparison over everything lacks", () => {
    expect(settlementOf(open({ canBeCalled: false, missingHours: 30 }))).toEqual({
      by: "history",
      hours: 30,
    });
    expect(settlementOf(open({ canBeCalled: false }))).toEqual({ by: "gradual-roll-out" });
  });

  it("asks the model how long it takes", () => {
    const variances: number[] = [];
    const timeTo = (variance: number) => {
      variances.push(variance);
      return { hours: 12, samples: 500 };
    };
    expect(settlementOf(open({ timeTo }))).toEqual({ by: "time", hours: 12, samples: 500 });
    expect(variances).toEqual([expect.closeTo(0.05 ** 2 / 4, 12)]);
    expect(settlementOf(open({ timeTo: () => null }))).toEqual({ by: "gradual-roll-out" });
  });

  it("is absent where only the next look is missing", () => {
    const tests = [{ change: 0.5, variance: 0.05 ** 2, matters: true, narrow: -1 }];
    expect(settlementOf(open({ tests }))).toBeNull();
  });
});
