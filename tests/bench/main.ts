import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { now } from "../../app/platform/clock.server";
import type { Bench, BenchContext } from "./bench";
import { commitBench } from "./commit.server";
import type { Figure } from "./figures";
import { foldBench } from "./fold.server";
import { ingestBench } from "./ingest.server";
import { readBench } from "./read.server";
import { toTable } from "./report";
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
  ingest: ingestBench,
  commit: commitBench,
  fold: foldBench,
  read: readBench,
  tracker: trackerBench,
};

/** What the figures were measured on, for whoever compares two files. */
const machine = () => ({
  measuredAt: new Date(now()).toISOString(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processors: cpus().map(({ model }) => model),
});

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "string" }, check: { type: "boolean" }, help: { type: "boolean" } },
  });
  const workplace = new Workplace();
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => {
      workplace.clear();
      process.exit(code);
    });
  }
  try {
    const context: BenchContext = { workplace, say: (what) => process.stderr.write(`${what} …\n`) };
    const usage = USAGE.replace("NAMES", Object.keys(BENCHES).join(", "));
    const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
    if (values.help === true || unknown.length > 0) {
      const complaint = unknown.length > 0 ? `There is no bench ${unknown.join(", ")}.\n\n` : "";
      process.stderr.write(complaint + usage);
      return unknown.length > 0 ? 2 : 0;
    }
    const figures: Figure[] = [];
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      context.say(`${name}: ${bench.title}`);
      figures.push(...(await bench.run(context)));
    }
    process.stdout.write(toTable(figures));
    if (values.json !== undefined) {
      writeFileSync(values.json, `${JSON.stringify({ ...machine(), figures }, null, 2)}\n`);
    }
    return values.check === true && figures.some(({ met }) => met === false) ? 1 : 0;
  } finally {
    workplace.clear();
  }
}

process.exitCode = await main(process.argv.slice(2));
