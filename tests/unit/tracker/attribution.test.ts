import { describe, expect, it } from "vitest";
import type { MetricWithAttribution } from "web-vitals/attribution";
import { flattenAttribution } from "../../../app/tracker/attribution";

const flatten = (name: MetricWithAttribution["name"], attribution: Record<string, unknown>) =>
  flattenAttribution({ name, attribution } as unknown as MetricWithAttribution);

describe("flattenAttribution", () => {
  it("keeps the named fields of LCP, times with one decimal, the URL without its query", () => {
    expect(
      flatten("LCP", {
        target: "#hero",
        url: "https://cdn.example/hero.png?signature=secret",
        timeToFirstByte: 151.800_000_000_046_57,
        resourceLoadDelay: 0,
        resourceLoadDuration: 88.06,
        elementRenderDelay: 12.04,
        lcpEntry: { toJSON: () => "not sent" },
        lcpResourceEntry: {},
        navigationEntry: {},
      }),
    ).toEqual({
      target: "#hero",
      url: "https://cdn.example/hero.png",
      timeToFirstByte: 151.8,
      resourceLoadDelay: 0,
      resourceLoadDuration: 88.1,
      elementRenderDelay: 12,
    });
  });

  it("adds the longest script to INP", () => {
    const attribution = {
      interactionTarget: "button.buy",
      interactionType: "pointer",
      interactionTime: 1,
      inputDelay: 1.26,
      processingDuration: 120.04,
      presentationDelay: 30,
      loadState: "complete",
      longestScript: {
        entry: { sourceURL: "https://shop.example/app.js?v=1", invoker: "BUTTON.onclick" },
        subpart: "processing-duration",
        intersectingDuration: 110,
      },
    };
    const flat = {
      interactionTarget: "button.buy",
      interactionType: "pointer",
      inputDelay: 1.3,
      processingDuration: 120,
      presentationDelay: 30,
      loadState: "complete",
    };
    expect(flatten("INP", attribution)).toEqual({
      ...flat,
      longestScriptURL: "https://shop.example/app.js",
      longestScriptSubpart: "processing-duration",
    });
    const inline = { ...attribution.longestScript, entry: { sourceURL: "" } };
    expect(flatten("INP", { ...attribution, longestScript: inline })).toEqual({
      ...flat,
      longestScriptSubpart: "processing-duration",
    });
    expect(flatten("INP", { ...attribution, longestScript: undefined })).toEqual(flat);
  });

  it("keeps six decimals of a layout shift and one of its time", () => {
    expect(
      flatten("CLS", {
        largestShiftTarget: "main>div.banner",
        largestShiftValue: 0.000_123_456_7,
        largestShiftTime: 812.345,
        loadState: "dom-interactive",
        largestShiftEntry: {},
        largestShiftSource: {},
      }),
    ).toEqual({
      largestShiftTarget: "main>div.banner",
      largestShiftValue: 0.000_123,
      largestShiftTime: 812.3,
      loadState: "dom-interactive",
    });
  });

  it("leaves out what is absent or no number, and keeps a zero", () => {
    expect(flatten("CLS", {})).toEqual({});
    expect(flatten("LCP", { target: "", url: "", timeToFirstByte: Number.NaN })).toEqual({});
    expect(flatten("FCP", { timeToFirstByte: 0, firstByteToFCP: null, loadState: undefined })).toEqual({
      timeToFirstByte: 0,
    });
    expect(flatten("TTFB", { waitingDuration: 0, dnsDuration: Number.POSITIVE_INFINITY })).toEqual({
      waitingDuration: 0,
    });
  });
});
