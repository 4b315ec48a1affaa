import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromLocal, toLocal } from "../../../app/vitals/time-zone";
import { examples } from "../../support/measurements";

const at = (text: string): number => Date.parse(text);

describe("local time", () => {
  it.each([
    ["UTC", "2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000Z"],
    ["Europe/Berlin", "2026-11-22T12:00:00.000Z", "2026-11-22T13:00:00.000Z"],
    ["Europe/Berlin", "2026-07-01T12:00:00.000Z", "2026-07-01T14:00:00.000Z"],
    ["America/New_York", "2026-11-22T02:00:00.000Z", "2026-11-21T21:00:00.000Z"],
    ["Asia/Kathmandu", "2026-11-22T12:00:00.123Z", "2026-11-22T17:45:00.123Z"],
  ])("in %s", (tz, time, local) => {
    expect(toLocal(at(time), tz)).toBe(at(local));
    expect(fromLocal(at(local), tz)).toBe(at(time));
  });

  it("is the earlier one where clocks show it twice", () => {
    expect(fromLocal(at("2026-10-25T02:30:00Z"), "Europe/Berlin")).toBe(at("2026-10-25T00:30:00Z"));
  });

  it("is near where clocks never show it", () => {
    expect(fromLocal(at("2026-03-29T02:30:00Z"), "Europe/Berlin")).toBe(at("2026-03-29T01:30:00Z"));
  });

  it("is read back as it was written", () => {
    const times = fc.integer({ min: at("1980-01-01"), max: at("2040-01-01") });
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/St_Johns",
      "Pacific/Kiritimati",
      "Pacific/Niue",
      "UTC",
    );
    fc.assert(
      fc.property(times, zones, (time, tz) => {
        const local = toLocal(time, tz);
        expect(toLocal(fromLocal(local, tz), tz)).toBe(local);
      }),
      examples(300),
    );
  });
});
