import type { Figure, Target } from "./figures";

/** Formats a number with at least three significant digits and separators. */
function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Three significant digits, without an exponent. */
const formatRatio = (ratio: number): string =>
  ratio >= 1_000 ? Math.round(ratio).toLocaleString("en-US") : ratio.toPrecision(3);

function formatTarget(target: Target, unit: string): string {
  const [sign, limit] = "atLeast" in target ? ["≥", target.atLeast] : ["≤", target.atMost];
  return target.of === "ratio"
    ? `ratio ${sign} ${limit}`
    : `${sign} ${limit.toLocaleString("en-US")} ${unit}`;
}

const HEAD = ["figure", "measured", "baseline", "", "ratio", "target", "met"];

/** Whether a column is aligned to the right. */
const ALIGNED_RIGHT = [false, true, true, false, true, false, false];

const formatMet = (met: boolean | null): string => (met === null ? "–" : met ? "yes" : "NO");

const cells = (figure: Figure): string[] => [
  figure.name,
  `${formatNumber(figure.value)} ${figure.unit}`,
  figure.baseline === null ? "–" : formatNumber(figure.baseline.value),
  figure.baseline?.name ?? "",
  figure.ratio === null ? "–" : formatRatio(figure.ratio),
  figure.target === null ? "–" : formatTarget(figure.target, figure.unit),
  formatMet(figure.met),
];

/** A text table of the figures by bench, with a line for each sample. */
export function toTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (ALIGNED_RIGHT[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  const lines = [line(HEAD)];
  let bench = "";
  let sample = "";
  for (const figure of figures) {
    if (figure.bench !== bench) lines.push("", figure.bench);
    if (figure.bench !== bench || figure.sample !== sample) lines.push(`  (${figure.sample})`);
    ({ bench, sample } = figure);
    lines.push(line(cells(figure)));
  }
  return `${lines.join("\n")}\n`;
}
