import type { MetricWithAttribution } from "web-vitals/attribution";
import { roundTo } from "./rounding";
import { toText } from "./text";
import { withoutQuery } from "./urls";

/** The causes of a value: one flat object, names as web-vitals spells them, times in ms. */
export type FlatAttribution = Record<string, string | number>;

/** What is sent of each metric's attribution. The rest is derived from it or refers to live objects. */
const FIELDS: Record<MetricWithAttribution["name"], string> = {
  LCP: "target url timeToFirstByte resourceLoadDelay resourceLoadDuration elementRenderDelay",
  INP: "interactionTarget interactionType inputDelay processingDuration presentationDelay loadState",
  CLS: "largestShiftTarget largestShiftValue largestShiftTime loadState",
  FCP: "timeToFirstByte firstByteToFCP loadState",
  TTFB: "waitingDuration cacheDuration dnsDuration connectionDuration requestDuration",
};

const SCORE = "largestShiftValue";

function clean(name: string, value: unknown): string | number | undefined {
  if (typeof value === "string") return (name === "url" ? withoutQuery(value) : toText(value)) || undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return roundTo(value, name === SCORE ? 6 : 1);
}

/** The fields of a metric's attribution that are known; absent ones are left out. */
export function flattenAttribution(metric: MetricWithAttribution): FlatAttribution {
  const attribution: Partial<Record<string, unknown>> = { ...metric.attribution };
  const flat: FlatAttribution = {};
  for (const name of FIELDS[metric.name].split(" ")) {
    const value = clean(name, attribution[name]);
    if (value !== undefined) flat[name] = value;
  }
  if (metric.name === "INP") {
    const script = metric.attribution.longestScript;
    if (script) {
      const url = withoutQuery(script.entry.sourceURL);
      if (url !== undefined) flat.longestScriptURL = url;
      flat.longestScriptSubpart = script.subpart;
    }
  }
  return flat;
}
