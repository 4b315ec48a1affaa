import type { MetricWithAttribution } from "web-vitals/attribution";
import { roundTo } from "./rounding";
import { toText } from "./text";
import { withoutQuery } from "./urls";

/** The causes of a value: one flat object, names as web-vitals spells them, times in ms. */
export type FlatAttribution = Record<string, string | number>;

/** What is sent of each metric's attribution. The rest is derived from it or refers to live objects. */
const FIELDS: Record<MetricWithAttribution["name"], string> = {
  LCP: "target url timeToFirstByte resourceLoadDelay resourceLoadDuration elementRenderDelay",
  INP: "interactionType inputDelay processingDuration presentationDelay loadState",
  CLS: "largestShiftTarget largestShiftValue largestShiftTime loadState",
  FCP: "timeToFirstByte firstByteToFCP loadState",
  TTFB: "waitingDuration cacheDuration dnsDuration connectionDuration requestDuration",
};

/** A page may wait for its activation for longer than a collector accepts a time, in ms. */
const LONGEST = 600_000;

const SCORE = "largestShiftValue";

function clean(name: string, value: unknown): string | number | undefined {
  if (typeof value === "string") return (name === "url" ? withoutQuery(value) : toText(value)) || undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return roundTo(value, name === SCORE ? 6 : 1);
}

/** The selector of the element that an event at this time (`Event.timeStamp`, ms) met, where it is remembered. */
export type TargetAt = (time: number | undefined) => string | undefined;

/** What newer browsers add to the navigation's entry; 0 where there was no interim response. */
type NavigationEntry = PerformanceNavigationTiming & {
  firstInterimResponseStart?: number;
  finalResponseHeadersStart?: number;
};

/** The fields of a metric's attribution that are known; absent ones are left out. */
export function flattenAttribution(
  metric: MetricWithAttribution,
  targetAt: TargetAt = () => undefined,
): FlatAttribution {
  const attribution: Partial<Record<string, unknown>> = { ...metric.attribution };
  const flat: FlatAttribution = {};
  for (const name of FIELDS[metric.name].split(" ")) {
    const value = clean(name, attribution[name]);
    if (value !== undefined) flat[name] = value;
  }
  if (metric.name === "LCP" || metric.name === "TTFB") {
    const entry = metric.attribution.navigationEntry as NavigationEntry | undefined;
    const activationStart = entry?.activationStart || 0;
    // Where a `103 Early Hints` came first, `responseStart`, which is the TTFB, is that of the 103.
    if (entry?.firstInterimResponseStart) {
      for (const name of ["firstInterimResponseStart", "finalResponseHeadersStart"] as const) {
        flat[name] = roundTo(Math.max(0, (entry[name] || 0) - activationStart), 1);
      }
    }
    if (activationStart && metric.name === "TTFB" && activationStart < LONGEST)
      flat.activationStart = roundTo(activationStart, 1);
  }
  if (metric.name === "INP") {
    const { interactionTarget, interactionTime, longestScript: script } = metric.attribution;
    // web-vitals has none where a handler removed the element, and the host of a shadow root for what is inside.
    const target = toText(targetAt(interactionTime) || interactionTarget || "");
    if (target) flat.interactionTarget = target;
    if (script) {
      const url = withoutQuery(script.entry.sourceURL);
      if (url !== undefined) flat.longestScriptURL = url;
      flat.longestScriptSubpart = script.subpart;
    }
  }
  return flat;
}
