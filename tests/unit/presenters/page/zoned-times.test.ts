import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepTimes } from "../../../../app/presenters/format/format";
import { filterForm } from "../../../../app/presenters/page/filter-form";
import { timeTicks } from "../../../../app/presenters/trend/axes";
import { DEFAULT_QUERY, parseQuery } from "../../../../app/query/cockpit-query";
import { DAY, FIVE_MINUTES, HOUR, MINUTE } from "../../../../app/vitals/time";
import { examples } from "../../../support/measurements";
import { transitions } from "../../../support/time-zones";

const at = (text: string): number => Date.parse(text);

/** The fields of a page, and the times that are asked for when its form is sent unchanged. */
function fieldsOf(from: number, to: number, tz: string) {
  const { times } = filterForm({ ...DEFAULT_QUERY, from, to, tz }, null, null, "cockpit");
  const params = new URLSearchParams({ from: times.from.value, to: times.to.value, tz });
  const { query, ignored } = parseQuery(params);
  return { times, sent: [query.from, query.to], ignored };
}

/** A time around a change of some zone's clocks. */
const aroundChange = fc
  .tuple(fc.constantFrom(...transitions()), fc.integer({ min: -180, max: 180 }))
  .map(([{ tz, time }, minutes]) => ({ tz, time: time + minutes * MINUTE }));

describe("filterForm", () => {
  it.each([
    ["America/New_York", "2026-11-01T05:30:00Z", "datetime-local", "2026-11-01T01:30"],
    ["America/New_York", "2026-11-01T06:30:00Z", "text", "2026-11-01T01:30-05:00"],
    ["Australia/Lord_Howe", "2026-04-04T15:10:00Z", "text", "2026-04-05T01:40+10:30"],
    ["Asia/Kolkata", "2026-11-19T18:30:00Z", "datetime-local", "2026-11-20T00:00"],
    ["UTC", "2026-11-20T08:03:20Z", "datetime-local", "2026-11-20T08:03:20"],
    ["UTC", "2026-11-20T08:03:00.250Z", "datetime-local", "2026-11-20T08:03:00.250"],
    ["America/New_York", "0000-01-01T00:00:00Z", "text", "0000-01-01T00:00:00.000Z"],
  ])("in %s writes %s in a field of type %s as %s", (tz, time, type, value) => {
    expect(fieldsOf(at(time), at("2026-12-01T00:00Z"), tz).times.from).toEqual({ type, value });
  });

  it("means the same times when it is sent unchanged, in every zone, around every change of its clocks", () => {
    const length = fc.integer({ min: 1, max: 3 * 60 * 60 }).map((seconds) => seconds * 1_000);
    fc.assert(
      fc.property(aroundChange, length, ({ tz, time }, ms) => {
        expect(fieldsOf(time, time + ms, tz)).toMatchObject({ sent: [time, time + ms], ignored: [] });
      }),
      examples(1_000),
    );
  });
});

describe("stepTimes", () => {
  it("names the zone of the hour that comes twice, and of no other", () => {
    const hours = [4, 5, 6, 7].map((hour) => at(`2026-11-01T0${hour}:00Z`));
    expect(stepTimes(hours, "America/New_York", hours[0] as number)).toEqual([
      "1 Nov 00:00",
      "1 Nov 01:00 GMT-4",
      "1 Nov 01:00 GMT-5",
      "1 Nov 02:00",
    ]);
  });

  it("has no two equal rows, in any zone, around any change of its clocks", () => {
    fc.assert(
      fc.property(aroundChange, fc.constantFrom(FIVE_MINUTES, HOUR, 3 * HOUR, DAY), ({ tz, time }, step) => {
        const first = Math.floor(time / step) * step - 6 * step;
        const times = stepTimes(
          Array.from({ length: 24 }, (_, i) => first + i * step),
          tz,
          time,
        );
        expect(new Set(times).size).toBe(24);
      }),
      examples(500),
    );
  });
});

describe("timeTicks", () => {
  const texts = (from: string, to: string, tz: string): string[] =>
    timeTicks({ from: at(from), to: at(to) }, tz).map(({ text }) => text);

  it("names the date where clocks skip midnight", () => {
    expect(texts("2026-09-05T00:00Z", "2026-09-08T00:00Z", "America/Santiago")).toEqual([
      ...["5 Sep", "12:00", "6 Sep", "12:00", "7 Sep", "12:00"],
    ]);
  });

  it("passes over a day that there was not", () => {
    expect(texts("2011-12-28T12:00Z", "2012-01-02T12:00Z", "Pacific/Apia")).toEqual([
      ...["29 Dec", "31 Dec", "1 Jan", "2 Jan", "3 Jan"],
    ]);
  });

  it("names months and years over years", () => {
    expect(texts("2016-11-22T00:00Z", "2026-11-22T00:00Z", "UTC")).toEqual([
      ...["Nov 2017", "Oct 2020", "Oct 2023", "Oct 2026"],
    ]);
  });

  it("rises, and repeats no text within a day, in every zone, around every change of its clocks", () => {
    fc.assert(
      fc.property(aroundChange, fc.integer({ min: 1, max: 30 * 24 }), ({ tz, time }, hours) => {
        const ticks = timeTicks({ from: time - HOUR, to: time - HOUR + hours * HOUR }, tz);
        expect(ticks.length).toBeLessThanOrEqual(8);
        ticks.forEach((tick, i) => {
          const before = ticks[i - 1];
          if (before === undefined) return;
          expect(tick.time).toBeGreaterThan(before.time);
          expect(tick.text).not.toBe(before.text);
        });
      }),
      examples(500),
    );
  });
});
