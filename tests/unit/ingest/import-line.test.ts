import { describe, expect, it } from "vitest";
import { toBulkLine } from "../../../app/cli/bulk-line";
import { LineError, parseImportLine } from "../../../app/ingest/import-line";
import { DAY } from "../../../app/vitals/time";
import { idAt, measurement, NOW } from "../../support/measurements";

const parse = (line: unknown) =>
  parseImportLine(Buffer.from(typeof line === "string" ? line : JSON.stringify(line)), NOW);

const LINE = {
  id: "a",
  metric: "LCP",
  value: 1234.5,
  route: "/workspace/[id]",
  buildVersion: "2.4.1",
  device: "mobile",
  navigationType: "navigate",
  receivedAt: "2026-11-22T10:00:00.000Z",
  library: "web-vitals/6.2.3",
  attribution: { target: "main>img" },
};

describe("parseImportLine", () => {
  it("returns a measurement with all fields of the line", () => {
    const { receivedAt: _, ...same } = LINE;
    expect(parse(LINE)).toEqual({ ...same, receivedAt: Date.UTC(2026, 10, 22, 10), sequence: null });
  });

  it("reads an exported line", () => {
    for (const one of [
      measurement(),
      measurement({ value: 0, navigationType: null, sequence: null, library: null, device: "bot" }),
      measurement({ route: "<b>\u2028", attribution: { target: "a", timeToFirstByte: 0.1 } }),
    ]) {
      expect(parse(toBulkLine(one))).toEqual(one);
    }
  });

  it("applies defaults to absent fields", () => {
    const { device, library, attribution, navigationType, route, buildVersion, ...needed } = LINE;
    expect(parse(needed)).toMatchObject({
      device: "desktop",
      library: null,
      attribution: null,
      navigationType: null,
      route: "(unknown)",
      buildVersion: "unknown",
    });
  });

  it.each<[unknown, number]>([
    ["2026-11-22T11:00:00+01:00", Date.UTC(2026, 10, 22, 10)],
    ["2026-11-22", Date.UTC(2026, 10, 22)],
    [1_795_342_651_500, 1_795_342_651_500],
    [1_795_342_651_500.75, 1_795_342_651_500],
    // Seconds.
    [1_795_342_651, 1_795_342_651_000],
    [0, 0],
    [NOW + DAY, NOW + DAY],
  ])("reads receivedAt %s", (receivedAt, time) => {
    expect(parse({ ...LINE, receivedAt })?.receivedAt).toBe(time);
  });

  it("accepts any age", () => {
    expect(parse({ ...LINE, id: idAt(NOW - 500 * DAY, 1), receivedAt: NOW - 500 * DAY })).not.toBeNull();
  });

  it("returns null for a blank line", () => {
    for (const blank of ["", "\n", " \t\r\n"]) expect(parse(blank)).toBeNull();
  });
});

describe("parseImportLine with an invalid line", () => {
  it.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /^not JSON$/],
    ["no object", "[]", /^not a JSON object$/],
    ["a bare word", "null", /^not a JSON object$/],
    ["no metric", { ...LINE, metric: undefined, name: "LCP" }, /^unknown-metric$/],
    ["a value that is a text", { ...LINE, value: "1" }, /^value-not-a-number$/],
    ["a value out of range", { ...LINE, value: -1 }, /^value-out-of-range$/],
    ["no id", { ...LINE, id: undefined }, /^invalid-id$/],
    ["a bad route", { ...LINE, route: "a\n" }, /^invalid-route$/],
    ["a bad build", { ...LINE, buildVersion: 7 }, /^invalid-build-version$/],
    ["a bad device", { ...LINE, device: "phone" }, /^device must be/],
    ["no time", { ...LINE, receivedAt: undefined }, /^receivedAt must be ISO 8601/],
    ["a time without a zone", { ...LINE, receivedAt: "2026-11-22T10:00:00" }, /^receivedAt must be ISO 8601/],
    ["a time that no calendar has", { ...LINE, receivedAt: "2026-02-30" }, /^receivedAt must be ISO 8601/],
    ["a time before 1970", { ...LINE, receivedAt: -1 }, /^receivedAt must lie between/],
    ["a time to come", { ...LINE, receivedAt: NOW + DAY + 1 }, /^receivedAt must lie between/],
    ["__proto__", '{"__proto__":{"id":"a","metric":"LCP","value":1,"receivedAt":0}}', /./],
  ])("%s", (_, line, message) => {
    expect(() => parse(line)).toThrow(LineError);
    expect(() => parse(line)).toThrow(message);
  });

  it("rejects bytes that are no UTF-8", () => {
    expect(() => parseImportLine(Uint8Array.from([0x7b, 0xff, 0x7d]), NOW)).toThrow(
      new LineError("not UTF-8 text"),
    );
  });
});
