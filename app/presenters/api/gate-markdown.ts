import type { Comparison, ComparisonResult } from "../../query/comparison/comparison-result";
import { changeFiguresRow } from "../comparison/change-figures";
import { toneOf } from "../comparison/change-labels";
import type { GateOutcome, Judged } from "./gate-change";

const HEADINGS: Readonly<Record<GateOutcome, string>> = {
  pass: "✅ No regression",
  regression: "🔴 Regression",
  inconclusive: "⚪ Inconclusive",
  "not-enough-data": "⚪ Not enough data",
  "unknown-release": "⚠️ Unknown release",
};

const DOTS = { worse: "🔴", better: "🟢", neutral: "⚪" } as const;

/**
 * A name from outside as a code span, in which GitHub and GitLab render no markup, no HTML and no mention. The fence is longer
 * than any run of backticks inside; a pipe is escaped for tables (GFM, "Tables").
 */
export function codeSpan(name: string): string {
  const longest = Math.max(0, ...[...name.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${name.replaceAll("|", "\\|")}${pad}${fence}`;
}

/** Plain text: punctuation of Markdown is escaped, and a word joiner after `@` keeps it from being a mention. */
export const plainText = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&").replaceAll("@", "@\u2060");

/**
 * The gate's answer for the comment of a pull request.
 * @param href the comparison in the cockpit, absolute
 */
export function gateMarkdown(
  {
    outcome,
    sentence,
    judged,
    result,
    sourceLines,
  }: {
    outcome: GateOutcome;
    sentence: string;
    judged: readonly Judged[];
    result: ComparisonResult;
    sourceLines: readonly string[];
  },
  href: string,
): string {
  const blocks = [`### ${HEADINGS[outcome]}`, plainText(sentence)];
  if (result.status === "compared" && judged.length > 0) blocks.push(tableOf(judged, result));
  // A sender chose the origin in them: a word joiner keeps it from being a link.
  blocks.push(...sourceLines.map((line) => plainText(line).replaceAll("://", ":/\u2060/")));
  blocks.push(`[Open in Vitals Cockpit](<${href}>)`);
  return `${blocks.join("\n\n")}\n`;
}

function tableOf(judged: readonly Judged[], { current, baseline }: Comparison): string {
  const head = ["Verdict", "Page", "Metric", `${codeSpan(baseline)} p75`, `${codeSpan(current)} p75`];
  const columns = [...head, "Change", "95 % interval", "Page views", "Good share"];
  const rows = judged.map(({ route, metric, change }) => {
    const {
      badge,
      baseline,
      current,
      change: size,
      interval,
      n,
      goodShare,
      note,
    } = changeFiguresRow(metric, change);
    return [
      `${DOTS[toneOf(change.verdict)]} ${badge.label}${note === "" ? "" : ` (${note})`}`,
      route === null ? "Site" : codeSpan(route),
      metric,
      baseline,
      current,
      size,
      interval,
      `${n.baseline} → ${n.current}`,
      goodShare,
    ];
  });
  const align = columns.map((_, i) => (i < 3 ? "---" : "---:"));
  return [columns, align, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
