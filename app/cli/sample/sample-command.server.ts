import { DAY } from "../../vitals/time";
import { toBulkLine } from "../bulk-line";
import type { Command } from "../command";
import { instantOption, numberOption } from "../option-values";
import { Progress } from "../progress";
import { MAX_ROUTES, MIN_ROUTES } from "./routes";
import { sampleBeacons } from "./sample";

const DEFAULT_DAYS = 30;
const DEFAULT_SEED = 1;
const DEFAULT_ROUTES = 40;
const DEFAULT_MEASUREMENTS_PER_DAY = 1_000_000 / 30;

/** Writes measurements of a synthetic site to standard output, in the bulk format. */
export const sampleCommand: Command = {
  usage: "[--days N] [--measurements N] [--seed N] [--until ISO] [--routes N]",
  description:
    "Writes realistic sample measurements to standard output, one JSON object per line, in the format of `npm run import`.\n" +
    "The same options (with --until) give the same bytes. The last release but one slows /workspace/[id] down, the last one\n" +
    "speeds /products/[id] up.",
  options: {
    days: {
      type: "string",
      value: "N",
      description: `length of the sample in days (default ${DEFAULT_DAYS})`,
    },
    measurements: {
      type: "string",
      value: "N",
      description: "approximate number of lines (default a million for 30 days)",
    },
    seed: {
      type: "string",
      value: "N",
      description: `seed of the sample (default ${DEFAULT_SEED})`,
    },
    until: {
      type: "string",
      value: "ISO",
      description: "end of the sample, such as 2026-11-22T10:00:00Z (default now)",
    },
    routes: {
      type: "string",
      value: "N",
      description: `number of route templates (default ${DEFAULT_ROUTES})`,
    },
  },
  maxPositionals: 0,

  async run({ values }, { stdout, stderr, now, monotonic }) {
    const days = numberOption(values, "days", { min: 0.01, max: 3_650, whole: false }) ?? DEFAULT_DAYS;
    const measurements =
      numberOption(values, "measurements", { min: 1, max: 1e9, whole: true }) ??
      days * DEFAULT_MEASUREMENTS_PER_DAY;
    const seed =
      numberOption(values, "seed", { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }) ?? DEFAULT_SEED;
    const routes =
      numberOption(values, "routes", { min: MIN_ROUTES, max: MAX_ROUTES, whole: true }) ?? DEFAULT_ROUTES;
    const to = instantOption(values, "until") ?? now();
    const from = Math.round(to - days * DAY);

    const progress = new Progress(stderr, monotonic);
    let lines = 0;
    for (const beacon of sampleBeacons({ window: { from, to }, measurements, seed, routes })) {
      let text = "";
      for (const measurement of beacon.measurements) text += toBulkLine(measurement);
      await stdout.write(text);
      lines += beacon.measurements.length;
      progress.update(() => {
        const share = Math.floor((100 * (beacon.receivedAt - from)) / (to - from));
        return `sample: ${lines} lines, ${share} %`;
      });
    }
    await stdout.flush();
    progress.clear();
  },
};
