import type { Figure, Target } from "./figures";

/** A number with as many digits as it carries: three or four, with separators. */
function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const ratioShown = (ratio: number): string => ratio.toPrecision(3).replace(/e.*/, "");

function targetShown(target: Target, unit: string): string {
  const [sign, limit] = "atLeast" in target ? ["≥", target.atLeast] : ["≤", target.atMost];
  return target.of === "ratio"
    ? `ratio ${sign} ${limit}`
    : `${sign} ${limit.toLocaleString("en-US")} ${unit}`;
}

const HEAD = ["figure", "measured", "baseline", "", "ratio", "target", "met"];

/** How each column is aligned. */
const RIGHT = [false, true, true, false, true, false, false];

const metShown = (met: boolean | null): string => (met === null ? "–" : met ? "yes" : "NO");

const cells = (figure: Figure): string[] => [
  figure.name,
  `${shown(figure.value)} ${figure.unit}`,
  figure.baseline === null ? "–" : shown(figure.baseline.value),
  figure.baseline?.name ?? "",
  figure.ratio === null ? "–" : ratioShown(figure.ratio),
  figure.target === null ? "–" : targetShown(figure.target, figure.unit),
  metShown(figure.met),
];

/** The figures as a table for people: those of one bench together, each with its sample under it. */
export function toTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (RIGHT[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
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
