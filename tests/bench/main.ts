import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { now } from "../../app/platform/clock.server";
import type { Bench, BenchContext } from "./bench";
import { collectorBench } from "./collector.server";
import { commitBench } from "./commit.server";
import { comparisonBench } from "./comparison.server";
import type { Figure } from "./figures";
import { foldBench } from "./fold.server";
import { ingestBench } from "./ingest.server";
import { pagesBench } from "./pages.server";
import { parseBench } from "./parse";
import { readBench } from "./read.server";
import { toTable } from "./report";
import { rowsBench } from "./rows.server";
import { trackerBench } from "./tracker.server";
import { Workplace } from "./workplace.server";

const USAGE = `npm run bench -- [NAME ...] [--json FILE] [--check]

Measures how fast the cockpit is, each figure beside a baseline of the same run. All benches run unless some are
named: NAMES.
  --json FILE  writes the figures as JSON too
  --check      exits with 1 when a target is missed
`;

/** Benches by name, in the order in which they run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  parse: parseBench,
  ingest: ingestBench,
  collector: collectorBench,
  commit: commitBench,
  rows: rowsBench,
  fold: foldBench,
  read: readBench,
  comparison: comparisonBench,
  pages: pagesBench,
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
  help: { type: "boolean", default: false },
} as const;

const usage = (): string => USAGE.replace("NAMES", Object.keys(BENCHES).join(", "));

/**
 * Parses the command line.
 * @throws Error for unknown options and benches
 */
function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) throw new Error(`There is no bench ${unknown.join(", ")}.`);
  return { ...values, names: positionals.length > 0 ? positionals : Object.keys(BENCHES) };
}

async function runAll(names: readonly string[], workplace: Workplace): Promise<Figure[]> {
  const context: BenchContext = { workplace, log: (text) => process.stderr.write(`${text} …\n`) };
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (!names.includes(name)) continue;
    context.log(`${name}: ${bench.title}`);
    figures.push(...(await bench.run(context)));
  }
  return figures;
}

async function main({ names, json, check, help }: ReturnType<typeof readArguments>): Promise<number> {
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
    const figures = await runAll(names, workplace);
    process.stdout.write(toTable(figures));
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...machine(), figures }, null, 2)}\n`);
    return check && figures.some(({ met }) => met === false) ? 1 : 0;
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
