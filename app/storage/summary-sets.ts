import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import type { StoredNavigation } from "../vitals/navigation";
import { DAY, FIVE_MINUTES, HOUR, HOURS_OF_DAY } from "../vitals/time";
import { raw, type Sql } from "./sql";

/** The grains of the summaries: table, column of the period, and length of a period in ms. */
export const GRAINS = {
  fiveMinutes: { table: "web_vitals_five_minutes", column: "slot", length: FIVE_MINUTES },
  hourly: { table: "web_vitals_hourly", column: "hour", length: HOUR },
  daily: { table: "web_vitals_daily", column: "day", length: DAY },
} as const;

export type Grain = keyof typeof GRAINS;

/** Grains whose summaries are made of those of a finer grain when a period closes. */
export type CoarseGrain = "hourly" | "daily";

/** The finer grain of each, and how many of its periods are one. */
export const FINER = {
  hourly: { grain: "fiveMinutes", periods: HOUR / FIVE_MINUTES },
  daily: { grain: "hourly", periods: HOURS_OF_DAY },
} as const satisfies Record<CoarseGrain, { grain: Grain; periods: number }>;

export const isCoarse = (grain: Grain): grain is CoarseGrain => grain !== "fiveMinutes";

/** Retention of each grain, in ms: a fold ignores older measurements. */
export type Retention = Readonly<Record<Grain, number>>;

/** Summaries of single routes, or totals over all routes (`route` is then empty). */
export type Scope = "routes" | "totals";

/** One of the six tables. */
export type SummarySet = { grain: Grain; scope: Scope };

export const SUMMARY_SETS: readonly SummarySet[] = (Object.keys(GRAINS) as Grain[]).flatMap((grain) => [
  { grain, scope: "routes" },
  { grain, scope: "totals" },
]);

/** `period` counts the periods of the grain since the epoch (UTC). */
export type SummaryKey = {
  period: number;
  metric: Metric;
  route: string;
  device: Device;
  navigation: StoredNavigation;
  buildVersion: string;
};

/** What a summary has in each period. */
export type SummaryName = Omit<SummaryKey, "period">;

/** A summary: sample counts by rating, and the packed sketch. */
export type Summary = SummaryKey & {
  samples: number;
  good: number;
  needsImprovement: number;
  poor: number;
  sketch: Uint8Array;
};

/** A key as the positional values of a statement's JSON. */
export const keyValues = (key: SummaryKey): Array<string | number> => [
  key.period,
  key.metric,
  key.route,
  key.device,
  key.navigation,
  key.buildVersion,
];

/** Reused: a view of the bytes of each sketch would cost more than this copy. */
let copied = Buffer.alloc(4_096);

function textOf(bytes: Uint8Array, encoding: "base64" | "hex"): string {
  if (bytes.length > copied.length) copied = Buffer.alloc(2 * bytes.length);
  copied.set(bytes);
  return copied.toString(encoding, 0, bytes.length);
}

/** A summary as the positional values of a statement's JSON, with its sketch as text. */
export const summaryValues = (summary: Summary, encoding: "base64" | "hex"): Array<string | number> => [
  summary.period,
  summary.metric,
  summary.route,
  summary.device,
  summary.navigation,
  summary.buildVersion,
  summary.samples,
  summary.good,
  summary.needsImprovement,
  summary.poor,
  textOf(summary.sketch, encoding),
];

export const tableName = ({ grain, scope }: SummarySet): string =>
  scope === "totals" ? `${GRAINS[grain].table}_totals` : GRAINS[grain].table;
export const tableOf = (set: SummarySet): Sql => raw(tableName(set));
export const periodColumn = ({ grain }: Pick<SummarySet, "grain">): Sql => raw(GRAINS[grain].column);
