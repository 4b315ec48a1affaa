import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanAttribution } from "../../../../app/ingest/attribution";
import { packAttribution, unpackAttribution } from "../../../../app/storage/sqlite/packed-attribution";
import type { Attribution } from "../../../../app/vitals/measurement";
import { METRICS, type Metric } from "../../../../app/vitals/metrics";
import { aMetric, examples } from "../../../support/measurements";

/** Every field of every metric, as web-vitals reports them. */
const FIELDS = {
  target: "main>img",
  url: "https://shop.example/hero.avif",
  timeToFirstByte: 310.40000000596046,
  resourceLoadDelay: 120.1,
  resourceLoadDuration: 640,
  elementRenderDelay: 0,
  interactionTarget: "#cart>button",
  interactionType: "keyboard",
  inputDelay: 12.3,
  processingDuration: 600_000,
  presentationDelay: 1e-7,
  longestScriptURL: "https://shop.example/app.js",
  longestScriptSubpart: "processing-duration",
  loadState: "dom-interactive",
  largestShiftTarget: "main>div",
  largestShiftValue: 0.0312,
  largestShiftTime: 1204.5,
  firstByteToFCP: 690.2,
  waitingDuration: 3.1,
  cacheDuration: 0,
  dnsDuration: 20.4,
  connectionDuration: 61.9,
  requestDuration: 225,
  activationStart: 0.1 + 0.2,
  firstInterimResponseStart: 10,
  finalResponseHeadersStart: 400,
};

const cleaned = (metric: Metric, fields: object): Attribution | null =>
  cleanAttribution(metric, fields, () => {});

/** JSON, because the order of the fields counts. */
const roundTrip = (metric: Metric, attribution: Attribution | null): string =>
  JSON.stringify(unpackAttribution(metric, packAttribution(metric, attribution)));

const asStored = (attribution: Attribution | null): string =>
  JSON.stringify(JSON.parse(JSON.stringify(attribution)));

describe("packAttribution", () => {
  it.each(METRICS)("packs each field that is stored of %s", (metric) => {
    const attribution = cleaned(metric, FIELDS);
    const packed = packAttribution(metric, attribution);
    expect(packed.json).toBeNull();
    expect(roundTrip(metric, attribution)).toBe(JSON.stringify(attribution));
  });

  it("loses nothing of any attribution that is accepted", () => {
    const value = fc.oneof(
      fc.double({ min: 0, max: 600_000, noNaN: true }),
      fc.nat(600_000).map((n) => n / 10),
      fc.constantFrom(...Object.values(FIELDS)),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
    );
    const attributions = fc.record(Object.fromEntries(Object.keys(FIELDS).map((name) => [name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(aMetric, attributions, (metric, fields) => {
        const attribution = cleaned(metric, fields);
        expect(roundTrip(metric, attribution)).toBe(asStored(attribution));
      }),
      examples(1_000),
    );
  });

  it("loses nothing of what earlier versions stored", () => {
    const any = fc.dictionary(
      fc.constantFrom(...Object.keys(FIELDS), "element", "constructor", "7"),
      fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    );
    fc.assert(
      fc.property(aMetric, any, (metric, attribution) => {
        expect(roundTrip(metric, attribution)).toBe(asStored(attribution));
      }),
      examples(1_000),
    );
  });

  it("distinguishes no attribution from an empty one", () => {
    expect(unpackAttribution("LCP", packAttribution("LCP", null))).toBeNull();
    expect(unpackAttribution("LCP", packAttribution("LCP", {}))).toEqual({});
  });

  it("needs a few bytes for the fields of a usual beacon", () => {
    const { fields } = packAttribution("INP", {
      interactionTarget: "#cart>button",
      interactionType: "pointer",
      inputDelay: 12.3,
      processingDuration: 61.5,
      presentationDelay: 40.2,
      loadState: "complete",
    });
    expect((fields?.length ?? 0) / 2).toBeLessThanOrEqual(9);
  });
});
