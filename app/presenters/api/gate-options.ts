import { METRICS, type Metric } from "../../vitals/metrics";

/** What a pipeline wants to have judged. */
export type GateOptions = {
  metrics: Metric[];
  /**
   * `null`: the site as a whole. `"all"`: the site, and of its routes those that got worse. A list: these routes
   * instead of the site, as the URL has them: `gateResult` knows which commas are part of a route.
   */
  routes: string[] | "all" | null;
  /** With fewer samples on a side there is not enough data; the floor of every verdict holds besides. */
  minSamples: number;
  /** What becomes of a gate without a clear answer. */
  inconclusive: "pass" | "fail";
};

export const DEFAULT_GATE: GateOptions = {
  metrics: [...METRICS],
  routes: null,
  minSamples: 0,
  inconclusive: "pass",
};

const MOST_SAMPLES = 1_000_000_000;

/** A value that can't be used: a gate that would judge something else than it was asked would be worse than none. */
class BadParameter extends Error {}

const shown = (value: string): string => `“${value.slice(0, 100).toWellFormed()}”`;

/** What a gate reads, its own parameters and those of the cockpit. */
const READ = [
  "metrics",
  "routes",
  "min-samples",
  "inconclusive",
  "format",
  "release",
  "compare",
  "device",
  "navigation",
  "range",
  "from",
  "to",
  "tz",
];

/** What of a cockpit's URL changes no verdict, so that such a URL can be pasted. */
const WITHOUT_EFFECT = ["sort", "order", "page", "q", "span", "numbers"];

/** What of a cockpit's URL would be expected to have an effect, and has none. */
const INSTEAD: Readonly<Record<string, string>> = {
  metric: "use metrics, which takes several",
  route: "use routes",
  percentile: "a gate judges the 75th, which the thresholds are for",
};

/** @throws BadParameter for a parameter that a gate would pass over */
function refuseUnread(params: URLSearchParams): void {
  for (const [name, value] of params) {
    if (name === "format" && !["", "json", "markdown", "text"].includes(value)) {
      throw new BadParameter(`format can't be ${shown(value)}; it takes text, json or markdown.`);
    }
    if (value === "" || READ.includes(name) || WITHOUT_EFFECT.includes(name)) continue;
    if (name === "percentile" && value === "75") continue;
    const why = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : `the gate reads ${READ.join(", ")}`;
    throw new BadParameter(`${name.slice(0, 40).toWellFormed()} is no parameter of the gate: ${why}.`);
  }
}

/**
 * Reads the gate's own parameters (`metrics`, `routes`, `min-samples`, `inconclusive`); empty ones count as absent. The
 * others are the cockpit's.
 * @returns a problem that names the parameter and what it takes, for an answer of 400
 */
export function parseGateOptions(params: URLSearchParams): { options: GateOptions } | { problem: string } {
  try {
    refuseUnread(params);
    return {
      options: {
        metrics: parseMetrics(given(params, "metrics")),
        routes: parseRoutes(given(params, "routes")),
        minSamples: parseSamples(given(params, "min-samples")),
        inconclusive: parseInconclusive(given(params, "inconclusive")),
      },
    };
  } catch (error) {
    if (error instanceof BadParameter) return { problem: error.message };
    throw error;
  }
}

const given = (params: URLSearchParams, name: string): string[] =>
  params.getAll(name).filter((value) => value !== "");

/** The value of a parameter that has one. */
function single(name: string, values: readonly string[]): string | null {
  const [value, ...more] = values;
  if (more.length > 0) throw new BadParameter(`${name} is given ${values.length} times; give it once.`);
  return value ?? null;
}

function parseMetrics(values: readonly string[]): Metric[] {
  if (values.length === 0) return DEFAULT_GATE.metrics;
  const names = values.flatMap((value) => value.split(",")).map((name) => name.trim());
  const unknown = names.find((name) => !METRICS.some((metric) => metric === name));
  if (unknown !== undefined)
    throw new BadParameter(
      `metrics can't be ${shown(unknown)}; it takes names of ${METRICS.join(", ")}, with commas between them.`,
    );
  return METRICS.filter((metric) => names.includes(metric));
}

function parseRoutes(values: readonly string[]): GateOptions["routes"] {
  if (values.length === 0) return null;
  if (!values.includes("all")) return [...values];
  if (values.length > 1) throw new BadParameter('routes is "all" and others besides; give one or the other.');
  return "all";
}

function parseSamples(values: readonly string[]): number {
  const text = single("min-samples", values);
  if (text === null) return DEFAULT_GATE.minSamples;
  const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= MOST_SAMPLES))
    throw new BadParameter(`min-samples can't be ${shown(text)}; it takes a whole number, such as 1000.`);
  return count;
}

function parseInconclusive(values: readonly string[]): GateOptions["inconclusive"] {
  const text = single("inconclusive", values);
  if (text === null) return DEFAULT_GATE.inconclusive;
  if (text !== "pass" && text !== "fail")
    throw new BadParameter(`inconclusive can't be ${shown(text)}; it takes pass or fail.`);
  return text;
}

export type GateFormat = "text" | "json" | "markdown";

/** The format of the answer: `format` decides, else the `Accept` header; any other is plain text. */
export function gateFormat(params: URLSearchParams, accept: string | null): GateFormat {
  const format = params.get("format") ?? "";
  if (format !== "") return format === "json" || format === "markdown" ? format : "text";
  const type = /(?:^|[\s,])(?:application\/(json)|text\/(markdown))(?:$|[\s,;])/i.exec(accept ?? "");
  if (type === null) return "text";
  return type[1] === undefined ? "markdown" : "json";
}
