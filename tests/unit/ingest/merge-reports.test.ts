import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeReports } from "../../../app/ingest/merge-reports";
import type { Measurement } from "../../../app/vitals/measurement";
import { examples, measurement } from "../../support/measurements";

const report = (changes: Partial<Measurement>): Measurement => measurement({ id: "a", ...changes });

/** What is left of reports, as `value@sequence`. */
const mergedValues = (...reports: Array<Partial<Measurement>>): string[] =>
  mergeReports(reports.map(report)).map(({ value, sequence }) => `${value}@${sequence}`);

describe("mergeReports", () => {
  it("returns one measurement per id, in the order of their first reports", () => {
    const reports = ["a", "b", "a", "c", "b"].map((id, value) => measurement({ id, value }));
    expect(mergeReports(reports).map(({ id, value }) => [id, value])).toEqual([
      ["a", 2],
      ["b", 4],
      ["c", 3],
    ]);
    expect(mergeReports([])).toEqual([]);
  });

  it("prefers the highest sequence, and the last report of equal sequences", () => {
    expect(mergedValues({ value: 1, sequence: 1 }, { value: 2, sequence: 2 })).toEqual(["2@2"]);
    expect(mergedValues({ value: 1, sequence: 2 }, { value: 2, sequence: 1 })).toEqual(["1@2"]);
    expect(mergedValues({ value: 1, sequence: 2 }, { value: 2, sequence: 2 })).toEqual(["2@2"]);
    expect(mergedValues({ value: 1, sequence: 0 }, { value: 0, sequence: 0 })).toEqual(["0@0"]);
  });

  it("prefers the last report without sequences", () => {
    expect(mergedValues({ value: 1, sequence: null }, { value: 2, sequence: null })).toEqual(["2@null"]);
  });

  it("replaces value, attribution and library, and nothing else", () => {
    const first = report({ sequence: 1, attribution: { target: "a" } });
    const second: Measurement = {
      ...first,
      value: 9,
      sequence: 2,
      attribution: null,
      library: null,
      route: "/other",
      buildVersion: "other",
      device: "bot",
      navigationType: "reload",
      receivedAt: first.receivedAt + 3_600_000,
    };
    expect(mergeReports([first, second])).toEqual([
      { ...first, value: 9, sequence: 2, attribution: null, library: null },
    ]);
  });

  it("ignores another metric under the same id", () => {
    const first = report({ value: 1 });
    expect(mergeReports([first, report({ metric: "CLS", value: 0.5, sequence: 9 })])).toEqual([first]);
  });

  it("leaves its input unchanged", () => {
    const reports = [report({ value: 1 }), report({ value: 2 })].map((one) => Object.freeze(one));
    expect(mergeReports(reports)[0]?.value).toBe(2);
    expect(reports[0]?.value).toBe(1);
  });

  // Reports of one id of which only some have a sequence have no order that batches could keep.
  it("returns the same result for any split of the reports into batches", () => {
    const sequences = fc.oneof(fc.constant([null]), fc.constant([0, 1, 2, 3]));
    const reports = sequences.chain((of) =>
      fc.array(
        fc.record({
          id: fc.constantFrom("a", "b"),
          value: fc.nat(9),
          sequence: fc.constantFrom(...of),
          route: fc.constantFrom("/1", "/2"),
        }),
        { maxLength: 8 },
      ),
    );
    fc.assert(
      fc.property(reports, fc.nat(8), (changes, cut) => {
        const all = changes.map(measurement);
        const inTwo = mergeReports([...mergeReports(all.slice(0, cut)), ...mergeReports(all.slice(cut))]);
        expect(inTwo).toEqual(mergeReports(all));
      }),
      examples(1_000),
    );
  });
});
