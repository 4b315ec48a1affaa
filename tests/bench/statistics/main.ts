import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { now } from "../../../app/platform/clock.server";
import type { Answer } from "../asked-cockpit.server";
import { Workplace } from "../workplace.server";
import { CASES, type Case } from "./cases";
import { MODEL_CASES } from "./model/cases";
import { valuesOfModel } from "./model/model-case";
import { placesOf } from "./places";
import { type Result, resultOf, tableOf } from "./table";
import { answersOf } from "./world.server";

const USAGE = `npm run bench:statistics -- [NAME ...] [--runs FACTOR] [--seed N] [--json FILE] [--check]

Simulates traffic of which it is known what truly changed, and counts how often the verdicts on it are right. Most of
the cases go straight to the model; others are imported and read from the JSON of a running server. All cases run
unless some are named: NAMES.
  --runs FACTOR  so many times the usual number of runs (1; over an hour on two processors)
  --seed N       other traffic (1)
  --json FILE    writes the results as JSON too
  --check        exits with 1 when something required is not met, and chance does not explain it
`;

/** Databases that are made and asked at the same time. */
const AT_ONCE = 2;

const OPTIONS = {
  runs: { type: "string", default: "1" },
  seed: { type: "string", default: "1" },
  json: { type: "string" },
  check: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const NAMES = [...MODEL_CASES, ...CASES].map(({ name }) => name);

const usage = (): string => USAGE.replace("NAMES", NAMES.join(", "));

/**
 * What the command line asks for.
 * @throws Error for what it can't ask for
 */
function readArguments(args: string[]) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const unknown = positionals.filter((wanted) => !NAMES.includes(wanted));
  if (unknown.length > 0) throw new Error(`There is no case ${unknown.join(", ")}.`);
  const [factor, seed] = [Number(values.runs), Number(values.seed)];
  if (!(factor > 0)) throw new Error(`--runs ${values.runs} is no number above 0.`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed ${values.seed} is no whole number.`);
  const isWanted = ({ name }: { name: string }): boolean =>
    positionals.length === 0 || positionals.includes(name);
  const models = MODEL_CASES.filter(isWanted);
  return { ...values, factor, seed, cases: CASES.filter(isWanted), models };
}

/** Runs the parts of a case, some at once. */
async function run(one: Case, factor: number, seed: number, workplace: Workplace): Promise<Result> {
  const values: number[][] = one.measures.map(() => []);
  const take = (answer: Answer): void =>
    one.measures.forEach(({ of }, i) => {
      const value = of(answer);
      if (value !== null) values[i]?.push(value);
    });
  const parts = placesOf(one, Math.max(1, Math.round(one.runs * factor)), now());
  let number = 0;
  const worker = async (): Promise<void> => {
    for (let part = parts.next(); part.done !== true; part = parts.next()) {
      number += 1;
      const file = `${one.name}-${number}.db`;
      for (const answer of await answersOf(one, part.value, { workplace, file, seed })) take(answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return resultOf(one, values);
}

async function main({
  cases,
  models,
  factor,
  seed,
  json,
  check,
  help,
}: ReturnType<typeof readArguments>): Promise<number> {
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
    const results: Result[] = [];
    for (const one of models) {
      process.stderr.write(`${one.name}: ${one.about} …\n`);
      const runs = Math.max(1, Math.round(one.runs * factor));
      results.push(resultOf(one, valuesOfModel(one, runs, seed)));
    }
    for (const one of cases) {
      process.stderr.write(`${one.name}: ${one.about} …\n`);
      results.push(await run(one, factor, seed, workplace));
    }
    process.stdout.write(tableOf(results));
    if (json !== undefined) {
      const measuredAt = new Date(now()).toISOString();
      writeFileSync(
        json,
        `${JSON.stringify({ measuredAt, node: process.version, seed, results }, null, 2)}\n`,
      );
    }
    return check && results.some(({ measures }) => measures.some(({ met }) => met === "no")) ? 1 : 0;
  } finally {
    workplace.clear();
  }
}

let wanted: ReturnType<typeof readArguments> | null = null;
try {
  wanted = readArguments(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage()}`);
}
process.exitCode = wanted === null ? 2 : await main(wanted);
