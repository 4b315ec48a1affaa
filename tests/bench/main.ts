import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { now } from "../../app/platform/clock.server";
import { acknowledgementBench } from "./acknowledgement.server";
import type { Bench, BenchContext } from "./bench";
import { cockpitBench } from "./cockpit.server";
import { collectorBench } from "./collector.server";
import { commitBench } from "./commit.server";
import { comparisonBench } from "./comparison.server";
import type { Figure } from "./figures";
import { foldBench } from "./fold.server";
import { ingestBench } from "./ingest.server";
import { lcpBench } from "./lcp.server";
import { memoryBench } from "./memory.server";
import { overloadBench } from "./overload.server";
import { pagesBench } from "./pages.server";
import { parseBench } from "./parse";
import { chosenParts, isPartName, PARTS, type PartName } from "./parts";
import { percentilesBench } from "./percentiles.server";
import { postgresqlBench } from "./postgresql.server";
import { readBench } from "./read.server";
import { toTable } from "./report";
import { rowsBench } from "./rows.server";
import { trackerBench } from "./tracker.server";
import { Workplace } from "./workplace.server";

const USAGE = `npm run bench -- [PART ...] [--full] [--json FILE] [--check]

Measures how fast the cockpit is, each figure beside a baseline of the same run.
  --full       runs all parts unless some are named, with the largest data
  --json FILE  writes the figures as JSON too
  --check      exits with 1 when a target is missed

Parts (* runs only when it is named, or with --full):
`;

const BENCHES: Readonly<Record<PartName, Bench>> = {
  parse: parseBench,
  ingest: ingestBench,
  collector: collectorBench,
  acknowledgement: acknowledgementBench,
  overload: overloadBench,
  memory: memoryBench,
  commit: commitBench,
  rows: rowsBench,
  fold: foldBench,
  postgresql: postgresqlBench,
  percentiles: percentilesBench,
  read: readBench,
  cockpit: cockpitBench,
  comparison: comparisonBench,
  pages: pagesBench,
  lcp: lcpBench,
  tracker: trackerBench,
};

const machine = () => ({
  measuredAt: new Date(now()).toISOString(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processors: cpus().map(({ model }) => model),
});

const OPTIONS = {
  json: { type: "string" },
  check: { type: "boolean", default: false },
  full: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const NAME_WIDTH = Math.max(...Object.keys(PARTS).map((name) => name.length));

const usage = (): string =>
  USAGE +
  Object.entries(PARTS)
    .map(([name, { title, isDefault }]) => `${isDefault ? " " : "*"} ${name.padEnd(NAME_WIDTH)}  ${title}\n`)
    .join("");

/**
 * Parses the command line.
 * @throws Error for unknown options and parts
 */
function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const unknown = positionals.filter((name) => !isPartName(name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}.`);
  return { ...values, parts: chosenParts(positionals.filter(isPartName), values.full) };
}

/** Runs parts one after the other. One that fails, because something is missing here, does not stop the others. */
async function runAll(
  parts: readonly PartName[],
  isFull: boolean,
  workplace: Workplace,
): Promise<{ figures: Figure[]; hasFailed: boolean }> {
  const context: BenchContext = {
    workplace,
    isFull,
    log: (text) => process.stderr.write(`${text} …\n`),
  };
  const figures: Figure[] = [];
  let hasFailed = false;
  for (const part of parts) {
    context.log(`${part}: ${PARTS[part].title}`);
    try {
      figures.push(...(await BENCHES[part](context)));
    } catch (error) {
      hasFailed = true;
      process.stderr.write(`${part} failed. ${error instanceof Error ? error.message : error}\n`);
    }
  }
  return { figures, hasFailed };
}

async function main({ parts, json, check, full, help }: ReturnType<typeof readArguments>): Promise<number> {
  if (help) {
    process.stdout.write(usage());
    return 0;
  }
  const workplace = new Workplace();
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => {
      workplace.clear();
      process.exit(code);
    });
  }
  try {
    const { figures, hasFailed } = await runAll(parts, full, workplace);
    process.stdout.write(toTable(figures));
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...machine(), figures }, null, 2)}\n`);
    return hasFailed || (check && figures.some(({ met }) => met === false)) ? 1 : 0;
  } finally {
    workplace.clear();
  }
}

let parsed: ReturnType<typeof readArguments> | null = null;
try {
  parsed = readArguments(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage()}`);
}
process.exitCode = parsed === null ? 2 : await main(parsed);
