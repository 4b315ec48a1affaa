import { type Bound, isMet, limitsOf, type Met, type Rate, rateOf } from "./rates";

/** What was measured of one case. */
export type Result = { name: string; about: string; measures: Array<Measured> };

export type Measured = { name: string; bound: Bound; rate: Rate | null; met: Met };

/** A case, as far as the table needs it. */
type Described = { name: string; about: string; measures: ReadonlyArray<{ name: string; bound: Bound }> };

/** @param values of each measure, of each run that says something of it */
export function resultOf(
  { name, about, measures }: Described,
  values: ReadonlyArray<readonly number[]>,
): Result {
  return {
    name,
    about,
    measures: measures.map((measure, i) => {
      const rate = values[i]?.length === 0 || values[i] === undefined ? null : rateOf(values[i]);
      return {
        name: measure.name,
        bound: measure.bound,
        rate,
        met: rate === null ? "no" : isMet(rate, measure.bound),
      };
    }),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function boundShown(bound: Bound): string {
  if ("any" in bound) return "–";
  const [low, high] = limitsOf(bound);
  if ("within" in bound) return `${percent(low)} to ${percent(high)}`;
  return "atMost" in bound ? `≤ ${percent(high)}` : `≥ ${percent(low)}`;
}

const SHOWN: Readonly<Record<Met, string>> = { yes: "yes", about: "within error", no: "NO" };

const HEAD = ["", "runs", "measured", "95 % of chance", "required", "met"];

const cells = ({ name, rate, bound, met }: Measured): string[] => [
  `  ${name}`,
  String(rate?.runs ?? 0),
  rate === null ? "–" : percent(rate.share),
  rate === null ? "–" : `${percent(rate.low)} to ${percent(rate.high)}`,
  boundShown(bound),
  SHOWN[met],
];

/** The results as a table for people. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.flatMap(({ measures }) => measures.map(cells));
  const widths = HEAD.map((head, column) =>
    Math.max(...[head, ...rows.map((row) => row[column] ?? "")].map((t) => t.length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) =>
        i === 0 || i === row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join("   ")
      .trimEnd();
  const parts = results.map(({ name, about, measures }) =>
    [`${name}: ${about}`, ...measures.map((measure) => line(cells(measure)))].join("\n"),
  );
  return `${line(HEAD)}\n\n${parts.join("\n\n")}\n`;
}
