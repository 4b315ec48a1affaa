import { describe, expect, it } from "vitest";
import type { MetricWithAttribution } from "web-vitals/attribution";
import { flattenAttribution } from "../../../app/tracker/attribution";

const flatten = (name: MetricWithAttribution["name"], attribution: Record<string, unknown>) =>
  flattenAttribution({ name, attribution } as unknown as MetricWithAttribution);

describe("flattenAttribution", () => {
  it("keeps the documented fields of LCP, times with one decimal, the URL without its query", () => {
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

  it("omits absent fields and non-numbers, and keeps a zero", () => {
    expect(flatten("CLS", {})).toEqual({});
    expect(flatten("LCP", { target: "", url: "", timeToFirstByte: Number.NaN })).toEqual({});
    expect(flatten("FCP", { timeToFirstByte: 0, firstByteToFCP: null, loadState: undefined })).toEqual({
      timeToFirstByte: 0,
    });
    expect(flatten("TTFB", { waitingDuration: 0, dnsDuration: Number.POSITIVE_INFINITY })).toEqual({
      waitingDuration: 0,
    });
  });

  it("prefers the cached target of the event to that of web-vitals", () => {
    const targetAt = (time: number | undefined) => (time === 812.5 ? "button.remove" : undefined);
    const inp = (attribution: Record<string, unknown>) =>
      flattenAttribution({ name: "INP", attribution } as unknown as MetricWithAttribution, targetAt);
    expect(inp({ interactionTime: 812.5 })).toEqual({ interactionTarget: "button.remove" });
    expect(inp({ interactionTime: 812.5, interactionTarget: "#host" })).toEqual({
      interactionTarget: "button.remove",
    });
    expect(inp({ interactionTime: 900, interactionTarget: "#own" })).toEqual({ interactionTarget: "#own" });
    expect(inp({ interactionTime: 900 })).toEqual({});
    expect(inp({})).toEqual({});
  });

  it("adds the times of the responses to LCP and TTFB after a 103", () => {
    const navigationEntry = {
      activationStart: 0,
      firstInterimResponseStart: 71.04,
      finalResponseHeadersStart: 1073.25,
    };
    const responses = { firstInterimResponseStart: 71, finalResponseHeadersStart: 1073.3 };
    expect(flatten("LCP", { navigationEntry })).toEqual(responses);
    expect(flatten("TTFB", { navigationEntry })).toEqual(responses);
    expect(flatten("FCP", { navigationEntry })).toEqual({});
    expect(flatten("LCP", { navigationEntry: { ...navigationEntry, firstInterimResponseStart: 0 } })).toEqual(
      {},
    );
    expect(flatten("LCP", { navigationEntry: {} })).toEqual({});
  });

  it("subtracts activationStart from them, and adds it to TTFB", () => {
    const navigationEntry = {
      activationStart: 500,
      firstInterimResponseStart: 71,
      finalResponseHeadersStart: 1073,
    };
    const responses = { firstInterimResponseStart: 0, finalResponseHeadersStart: 573 };
    expect(flatten("LCP", { navigationEntry })).toEqual(responses);
    expect(flatten("TTFB", { navigationEntry })).toEqual({ ...responses, activationStart: 500 });
    expect(flatten("TTFB", { navigationEntry: { activationStart: 3_600_000 } })).toEqual({});
  });
});
