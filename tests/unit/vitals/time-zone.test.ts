import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../../app/vitals/time";
import { fromLocal, toLocal } from "../../../app/vitals/time-zone";
import { examples } from "../../support/measurements";
import { timeZones, transitions } from "../../support/time-zones";

const at = (text: string): number => Date.parse(text);
const iso = (time: number): string => new Date(time).toISOString().slice(0, 16);

/** What Intl writes, which knows nothing of the library that is tested. */
function clockOf(time: number, tz: string): string {
  const parts = new Intl.DateTimeFormat("en-CA-u-hc-h23", {
    timeZone: tz,
    dateStyle: "short",
    timeStyle: "medium",
  }).formatToParts(time);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}`;
}

describe("toLocal and fromLocal", () => {
  it.each([
    ["UTC", "2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000Z"],
    ["Europe/Berlin", "2026-11-22T12:00:00.000Z", "2026-11-22T13:00:00.000Z"],
    ["europe/berlin", "2026-07-01T12:00:00.000Z", "2026-07-01T14:00:00.000Z"],
    ["America/New_York", "2026-11-22T02:00:00.000Z", "2026-11-21T21:00:00.000Z"],
    ["Asia/Kolkata", "2026-11-22T12:00:00.000Z", "2026-11-22T17:30:00.000Z"],
    ["Asia/Kathmandu", "2026-11-22T12:00:00.123Z", "2026-11-22T17:45:00.123Z"],
    ["Pacific/Chatham", "2026-11-22T12:00:00.000Z", "2026-11-23T01:45:00.000Z"],
    ["Australia/Lord_Howe", "2026-07-01T12:00:00.000Z", "2026-07-01T22:30:00.000Z"],
  ])("in %s read each other", (tz, time, local) => {
    expect(toLocal(at(time), tz)).toBe(at(local));
    expect(fromLocal(at(local), tz)).toBe(at(time));
  });

  it.each([
    // The earlier one where clocks show it twice.
    ["Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"],
    ["America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"],
    ["Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"],
    ["America/Havana", "2026-11-01T00:30", "2026-11-01T04:30"],
    // Later by what was skipped where clocks never show it.
    ["Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30"],
    ["America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00"],
    ["Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00"],
    // Samoa had no 30 December 2011.
    ["Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59"],
    ["Pacific/Apia", "2011-12-30T10:00", "2011-12-30T20:00"],
    ["Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00"],
  ])("fromLocal in %s reads %s as %s Z", (tz, local, time) => {
    expect(iso(fromLocal(at(`${local}Z`), tz))).toBe(time);
  });

  it("toLocal shows what Intl writes, in every zone, around every change of its clocks", () => {
    const nearChange = fc
      .tuple(fc.constantFrom(...transitions()), fc.integer({ min: -1_500, max: 1_500 }))
      .map(([{ tz, time }, minutes]) => ({ tz, time: time + minutes * MINUTE }));
    const anywhere = fc.record({
      tz: fc.constantFrom(...timeZones()),
      time: fc.integer({ min: at("1980-01-01"), max: at("2040-01-01") }),
    });
    fc.assert(
      fc.property(fc.oneof(nearChange, anywhere), ({ tz, time }) => {
        const second = Math.floor(time / 1_000) * 1_000;
        expect(new Date(toLocal(second, tz)).toISOString().slice(0, 19)).toBe(clockOf(second, tz));
      }),
      examples(300),
    );
  });

  it("fromLocal is the first instant at which clocks show a time, in every zone, around every change", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...transitions()),
        fc.integer({ min: -1_500, max: 1_500 }),
        ({ tz, time }, minutes) => {
          const instant = time + minutes * MINUTE;
          const local = toLocal(instant, tz);
          const read = fromLocal(local, tz);
          expect(toLocal(read, tz)).toBe(local);
          expect(read).toBeLessThanOrEqual(instant);
        },
      ),
      examples(1_000),
    );
  });
});
