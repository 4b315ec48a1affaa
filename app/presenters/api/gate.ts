import type {
  Change,
  Changes,
  ComparedSources,
  Comparison,
  ComparisonResult,
} from "../../query/comparison/comparison-result";
import { MIN_SAMPLES_FOR_VERDICT } from "../../vitals/comparison";
import type { Metric } from "../../vitals/metrics";
import { type ChangeJson, changeJson, comparisonJson } from "../comparison/comparison-json";
import { noComparisonSentence } from "../comparison/no-comparison";
import { changeSentence, listed, runsText } from "../comparison/sentence";
import { formatCount } from "../format/format";
import type { GateOutcome, Judged } from "./gate-change";
import { gateMarkdown } from "./gate-markdown";
import type { GateOptions } from "./gate-options";
import { type GateSourcesJson, gateSourceLines, gateSourcesJson } from "./gate-sources";

/** The gate's answer, for a program that knows nothing but its status, and for who reads its log. */
export type GateResult = {
  status: 200 | 202 | 404 | 409;
  outcome: GateOutcome;
  /** Seconds until it is worth asking again; `null` where asking again changes nothing. */
  retryAfter: number | null;
  /** The verdict in a sentence, and a line for each metric that was judged. */
  text: string;
  /** The same for the comment of a pull request. */
  markdown: string;
  json: {
    outcome: GateOutcome;
    sentence: string;
    retryAfterSeconds: number | null;
    options: GateOptions;
    comparison: ReturnType<typeof comparisonJson>;
    judged: Array<{ route: string | null; metric: Metric } & ChangeJson>;
    sources: GateSourcesJson;
  };
};

/**
 * Judges a release for a pipeline. A regression of anything that is judged answers 409; else whatever is not clear 202
 * (or 409, by `inconclusive=fail`), and 200 only says what is certain. Of `routes=all` the routes only speak up
 * where they got worse: among many, some always have too little data.
 * @param retryAfter when it is worth asking again, in seconds; `null`: never
 * @param href the comparison in the cockpit, absolute
 * @param sources the largest sources of both sides; they change no verdict
 */
export function gateResult(
  result: ComparisonResult,
  options: GateOptions,
  retryAfter: number | null,
  href: string,
  sources: ComparedSources | null = null,
): GateResult {
  return result.status === "compared"
    ? judgedResult(result, options, retryAfter, href, sources)
    : absentResult(result, options, retryAfter, href);
}

function absentResult(
  result: Exclude<ComparisonResult, { status: "compared" }>,
  options: GateOptions,
  retryAfter: number | null,
  href: string,
): GateResult {
  const { reason } = result;
  const unknown = reason === "unknown-release" || reason === "unknown-baseline" || reason === "no-release";
  // What compares with itself, or with what is deleted, does so tomorrow too.
  const lasting = unknown || reason === "same-release" || reason === "baseline-gone";
  return answer({
    outcome: unknown ? "unknown-release" : "not-enough-data",
    sentence: noComparisonSentence(result),
    lines: [],
    judged: [],
    result,
    options,
    href,
    retryAfter: lasting ? null : retryAfter,
  });
}

function judgedResult(
  comparison: Comparison,
  options: GateOptions,
  retryAfter: number | null,
  href: string,
  sources: ComparedSources | null,
): GateResult {
  const { subjects, missing } = subjectsOf(comparison, options);
  const all = subjects.flatMap(({ route, changes, only }) =>
    options.metrics.map((metric) => ({
      route,
      metric,
      only,
      change: withFloor(changes[metric], options.minSamples),
    })),
  );
  const judged = all.filter(({ only, change }) => !only || change.verdict === "regression");
  const regressions = judged.filter(({ change }) => change.verdict === "regression");
  const open = judged.filter(({ change }) => isOpen(change));
  const outcome = outcomeOf(regressions, open, missing);
  const [first] = regressions.length > 0 ? regressions : open;
  // Samples do not change what measured them.
  const lasting = open.length > 0 && open.every(({ change }) => change.reason === "library-changed");
  return answer({
    outcome,
    sentence: sentenceOf(first ?? null, missing, comparison, options),
    lines: judged.filter((one) => one !== first).map((one) => sayOf(one, comparison)),
    judged,
    result: comparison,
    options,
    href,
    retryAfter: outcome === "pass" || outcome === "regression" || lasting ? null : retryAfter,
    sources,
  });
}

const isOpen = ({ verdict }: Change): boolean => verdict === "inconclusive" || verdict === "not-enough-data";

function outcomeOf(
  regressions: readonly Judged[],
  open: readonly Judged[],
  missing: readonly string[],
): GateOutcome {
  if (regressions.length > 0) return "regression";
  if (open.some(({ change }) => change.verdict === "inconclusive")) return "inconclusive";
  return open.length > 0 || missing.length > 0 ? "not-enough-data" : "pass";
}

/** `only`: nothing is said of it but that it got worse. */
type Subject = { route: string | null; changes: Changes; only: boolean };

function subjectsOf(
  { changes, routes }: Comparison,
  { routes: wanted }: GateOptions,
): { subjects: Subject[]; missing: string[] } {
  const site: Subject = { route: null, changes, only: false };
  if (wanted === null) return { subjects: [site], missing: [] };
  if (wanted === "all") {
    const each = [...routes].map(([route, own]) => ({ route, changes: own, only: true }));
    return { subjects: [site, ...each], missing: [] };
  }
  const names = new Set(
    wanted.flatMap((value) => (routes.has(value) ? [value] : value.split(",").map((name) => name.trim()))),
  );
  const subjects: Subject[] = [];
  const missing: string[] = [];
  for (const route of names) {
    const own = routes.get(route);
    if (own === undefined) missing.push(route);
    else subjects.push({ route, changes: own, only: false });
  }
  return { subjects, missing };
}

/** A pipeline may want more samples than a verdict does. */
function withFloor(change: Change, least: number): Change {
  const { n, verdict } = change;
  if (verdict === "not-enough-data" || (n.current >= least && n.baseline >= least)) return change;
  const open = { leaning: null, settledBy: null } as const;
  return { ...change, ...open, verdict: "not-enough-data", reason: "too-few-samples" };
}

const sayOf = ({ route, metric, change }: Judged, comparison: Comparison): string => {
  const sentence = runsText(changeSentence(metric, change, comparison));
  return route === null ? sentence : `${route}: ${sentence}`;
};

function sentenceOf(
  first: Judged | null,
  missing: readonly string[],
  comparison: Comparison,
  { metrics, routes, minSamples }: GateOptions,
): string {
  const { current, baseline } = comparison;
  const least = Math.max(minSamples, MIN_SAMPLES_FOR_VERDICT);
  const absent =
    missing.length === 0 ? "" : `${listed(missing)}: no page view of both releases in the compared times.`;
  if (first !== null) {
    const floor =
      first.change.verdict === "not-enough-data" && minSamples > MIN_SAMPLES_FOR_VERDICT
        ? ` min-samples asks for ${formatCount(least)} on each side.`
        : "";
    return [`${sayOf(first, comparison)}${floor}`, absent].filter((part) => part !== "").join(" ");
  }
  if (absent !== "") return absent;
  const where =
    routes === null ? "" : routes === "all" ? ", and no route is called worse" : " on the routes asked for";
  return `${current} is not worse than ${baseline} on ${listed(metrics)}${where}.`;
}

const STATUS = {
  pass: 200,
  regression: 409,
  inconclusive: 202,
  "not-enough-data": 202,
  "unknown-release": 404,
} as const;

function answer({
  outcome,
  sentence,
  lines,
  judged,
  result,
  options,
  retryAfter,
  href,
  sources = null,
}: {
  outcome: GateOutcome;
  sentence: string;
  lines: readonly string[];
  judged: readonly Judged[];
  result: ComparisonResult;
  options: GateOptions;
  retryAfter: number | null;
  href: string;
  sources?: ComparedSources | null;
}): GateResult {
  const status = STATUS[outcome];
  const sourceLines = gateSourceLines(sources, result, options.metrics);
  return {
    status: status === 202 && options.inconclusive === "fail" ? 409 : status,
    outcome,
    retryAfter,
    text: `${outcome}: ${[sentence, ...lines, ...sourceLines].join("\n")}\n`,
    markdown: gateMarkdown({ outcome, sentence, judged, result, sourceLines }, href),
    json: {
      outcome,
      sentence,
      retryAfterSeconds: retryAfter,
      options,
      comparison: comparisonJson(result),
      judged:
        result.status === "compared"
          ? judged.map(({ route, metric, change }) => ({
              route,
              metric,
              ...changeJson(metric, change),
            }))
          : [],
      sources: gateSourcesJson(sources),
    },
  };
}
