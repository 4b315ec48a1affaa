import type { Metric } from "./metrics";

/** Browser engines: Chromium's browsers, Firefox, and Safari with every browser on iPhones and iPads. */
export const ENGINES = ["Blink", "Gecko", "WebKit"] as const;

export type Engine = (typeof ENGINES)[number];

/**
 * Since which version of its browser (Chrome, Firefox, Safari) an engine reports a metric; `null` where it never does. A
 * site with many visitors of an engine that lacks a metric has fewer samples of it than page views.
 *
 * Tried: Chromium 156, Firefox 153, WebKitGTK 2.50 (which has neither LCP nor INP, unlike Safari 26.2). Safari itself
 * was not tried; its versions are those of web-features.
 * @see https://web-platform-dx.github.io/web-features-explorer/
 */
export const REPORTED_SINCE: Readonly<Record<Metric, Readonly<Record<Engine, string | null>>>> = {
  INP: { Blink: "96", Gecko: "144", WebKit: "26.2" },
  LCP: { Blink: "77", Gecko: "122", WebKit: "26.2" },
  CLS: { Blink: "77", Gecko: null, WebKit: null },
  FCP: { Blink: "60", Gecko: "84", WebKit: "14.1" },
  TTFB: { Blink: "57", Gecko: "58", WebKit: "15" },
};

/** The engines whose current browsers report a metric. */
export const enginesThatReport = (metric: Metric): readonly Engine[] =>
  ENGINES.filter((engine) => REPORTED_SINCE[metric][engine] !== null);
