import { describe, expect, it } from "vitest";
import type { MetricWithAttribution } from "web-vitals/attribution";
import { parseBeacon } from "../../../app/ingest/beacon";
import { toMeasurement } from "../../../app/tracker/measurement";

/** One report of each metric, with the full attribution of web-vitals. */
const ATTRIBUTIONS: Record<MetricWithAttribution["name"], Record<string, unknown>> = {
  LCP: {
    target: "#hero",
    url: "data:image/png;base64,AAAA",
    timeToFirstByte: 180.04,
    resourceLoadDelay: 0,
    resourceLoadDuration: 20,
    elementRenderDelay: 3,
  },
  INP: {
    interactionTarget: "button",
    interactionType: "keyboard",
    inputDelay: 1,
    processingDuration: 2,
    presentationDelay: 3,
    loadState: "complete",
    longestScript: {
      entry: { sourceURL: "https://cdn.example/app.js?v=1" },
      subpart: "presentation-delay",
      intersectingDuration: 7,
    },
  },
  CLS: {
    largestShiftTarget: "main>p",
    largestShiftValue: 0.001_234_567,
    largestShiftTime: 10,
    loadState: "loading",
  },
  FCP: { timeToFirstByte: 180, firstByteToFCP: 0, loadState: "dom-interactive" },
  TTFB: { waitingDuration: 1, cacheDuration: 0, dnsDuration: 2, connectionDuration: 3, requestDuration: 4 },
};

const NAMES = Object.keys(ATTRIBUTIONS) as MetricWithAttribution["name"][];

describe("the browser script's beacon", () => {
  it("is accepted by the collector with every field", () => {
    const measurements = NAMES.map((name, i) =>
      toMeasurement(
        {
          id: `v6-1795394560724-829815579373${i}`,
          name,
          value: 0.123_456_789,
          navigationType: "soft-navigation",
          attribution: ATTRIBUTIONS[name],
        } as unknown as MetricWithAttribution,
        i + 1,
      ),
    );
    const text = JSON.stringify({
      v: 1,
      buildVersion: "2.4.1",
      url: "https://shop.example/workspace/42",
      route: "/workspace/[id]",
      environment: undefined,
      library: "web-vitals/6.2.3",
      measurements,
    });
    const parsed = parseBeacon(
      text,
      {
        device: "desktop",
        receivedAt: 1_795_394_560_999,
        buildVersionParam: null,
        routeParam: null,
        referer: null,
      },
      { routeRules: [], acceptEnvironments: null, tooLateBefore: () => 0 },
    );
    expect(parsed.dropped).toEqual([]);
    expect(parsed.ignored).toEqual([]);
    expect(parsed.measurements).toEqual(
      measurements.map(({ name, ...measurement }) => ({
        ...measurement,
        metric: name,
        route: "/workspace/[id]",
        buildVersion: "2.4.1",
        device: "desktop",
        receivedAt: 1_795_394_560_999,
        library: "web-vitals/6.2.3",
      })),
    );
  });
});
