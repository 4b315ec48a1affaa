import type { MetricWithAttribution } from "web-vitals/attribution";
import { roundTo } from "./rounding";
import { toText } from "./text";
import { withoutQuery } from "./urls";

/** A flat attribution with the names of web-vitals; times in ms. */
export type FlatAttribution = Record<string, string | number>;

/** Fields of each metric's attribution that are sent. The others are derived from them or refer to live objects. */
const FIELDS: Record<MetricWithAttribution["name"], string> = {
  LCP: "target url timeToFirstByte resourceLoadDelay resourceLoadDuration elementRenderDelay",
  INP: "interactionType inputDelay processingDuration presentationDelay loadState",
  CLS: "largestShiftTarget largestShiftValue largestShiftTime loadState",
  FCP: "timeToFirstByte firstByteToFCP loadState",
  TTFB: "waitingDuration cacheDuration dnsDuration connectionDuration requestDuration",
};

/** Largest time that a collector accepts, in ms; a prerendered page may be activated later. */
const MAX_TIME = 600_000;

const SCORE = "largestShiftValue";

function clean(name: string, value: unknown): string | number | undefined {
  if (typeof value === "string") return (name === "url" ? withoutQuery(value) : toText(value)) || undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return roundTo(value, name === SCORE ? 6 : 1);
}

/** Returns the selector of the target of the event at a time (`Event.timeStamp`, ms), if it is cached. */
export type TargetAt = (time: number | undefined) => string | undefined;

/** Fields of newer browsers; 0 without an interim response. */
type NavigationEntry = PerformanceNavigationTiming & {
  firstInterimResponseStart?: number;
  finalResponseHeadersStart?: number;
};

/** Flattens the attribution of a metric, without absent fields. */
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
    // `responseStart`, and so the TTFB, is of a `103 Early Hints` if there was one:
    // https://chromestatus.com/feature/5158830722514944
    if (entry?.firstInterimResponseStart) {
      for (const name of ["firstInterimResponseStart", "finalResponseHeadersStart"] as const) {
        flat[name] = roundTo(Math.max(0, (entry[name] || 0) - activationStart), 1);
      }
    }
    if (activationStart && metric.name === "TTFB" && activationStart < MAX_TIME)
      flat.activationStart = roundTo(activationStart, 1);
  }
  if (metric.name === "INP") {
    const { interactionTarget, interactionTime, longestScript: script } = metric.attribution;
    // web-vitals has no target if a handler removed the element, and only the host for a target in a shadow root.
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
