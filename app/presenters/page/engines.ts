import { ENGINES, type Engine, enginesThatReport, REPORTED_SINCE } from "../../vitals/engines";
import { METRICS, type Metric } from "../../vitals/metrics";
import { listed } from "../comparison/sentence";

/** Engines by the browser that most people know them by. */
const ENGINE_NAMES: Readonly<Record<Engine, string>> = {
  Blink: "Chromium",
  Gecko: "Firefox",
  WebKit: "Safari",
};

const namesOf = (metric: Metric): string[] => enginesThatReport(metric).map((engine) => ENGINE_NAMES[engine]);

/** Which engines a metric's n comes from, in two words: `all engines`, `Chromium only`. */
export function enginesText(metric: Metric): string {
  const names = namesOf(metric);
  if (names.length === ENGINES.length) return "all engines";
  return names.length === 1 ? `${names[0]} only` : listed(names);
}

/** Which engines report which metrics, in a sentence for the whole page. */
export function enginesLegend(): string {
  const groups = new Map<string, Metric[]>();
  for (const metric of METRICS) {
    const names = namesOf(metric);
    const key = names.length === 1 ? `${names[0]} only` : listed(names);
    groups.set(key, [...(groups.get(key) ?? []), metric]);
  }
  const parts = [...groups].map(([names, metrics]) => `${listed(metrics)} from ${names}`);
  const { WebKit } = REPORTED_SINCE.LCP;
  return `n is of the page views that report a metric: ${parts.join("; ")}. Safari reports INP and LCP since ${WebKit}.`;
}
