import { describe, expect, it } from "vitest";
import { DAY } from "../../../app/vitals/time";
import { idAt, NOW } from "../../support/measurements";
import { metric, parse, parseOne } from "./parse";

const beacon = (changes: Record<string, unknown>, parts: Record<string, unknown> = {}) => ({
  v: 1,
  url: "https://shop.example/a",
  ...parts,
  measurements: [metric(changes)],
});

const reasonsOf = (body: unknown) => parse(body).dropped.map(({ reason }) => reason);

describe("lateness", () => {
  it.each([-400, -8, 400])("accepts a page whose clock is %i days off, by the beacon's age", (days) => {
    const body = beacon({ id: idAt(NOW + days * DAY, 1) }, { age: 5_000 });
    expect(parseOne(body).onlyIfStored).toBeUndefined();
  });

  it("prefers the age of the measurement", () => {
    expect(reasonsOf(beacon({ age: 8 * DAY }, { age: 5_000 }))).toEqual(["too-late"]);
  });

  it("drops a measurement whose age exceeds the raw retention", () => {
    expect(reasonsOf(beacon({}, { age: 7 * DAY }))).toEqual([]);
    expect(reasonsOf(beacon({}, { age: 7 * DAY + 1 }))).toEqual(["too-late"]);
  });

  it("uses the time in the id without an age", () => {
    for (const age of [undefined, null, -1, "5", Number.NaN]) {
      expect(reasonsOf(beacon({ id: idAt(NOW - 8 * DAY, 1), repeat: true }, { age }))).toEqual(["too-late"]);
    }
  });

  it("accepts a repeated report of an old id only for a stored measurement", () => {
    const old = { id: idAt(NOW - 8 * DAY, 1), repeat: true };
    expect(parseOne(beacon(old, { age: 5_000 })).onlyIfStored).toBe(true);
    expect(parseOne(beacon({ ...old, id: idAt(NOW, 1) }, { age: 5_000 })).onlyIfStored).toBeUndefined();
  });
});
