/** How a column is written to PostgreSQL: from JSON, which has no bytes. */
export type ColumnType = "text" | "bigint" | "bytea";

/** A table that both databases have, with the same columns. */
export type MovedTable = {
  table: string;
  columns: ReadonlyArray<readonly [name: string, type: ColumnType]>;
  /** Columns of the primary key: rows are moved in their order. */
  key: readonly string[];
};

const GRAIN_COLUMNS = { five_minutes: "slot", hourly: "hour", daily: "day" } as const;

const texts = (...names: string[]) => names.map((name) => [name, "text"] as const);
const numbers = (...names: string[]) => names.map((name) => [name, "bigint"] as const);

const summaries = (Object.entries(GRAIN_COLUMNS) as Array<[string, string]>).flatMap(([grain, period]) =>
  ["", "_totals"].map(
    (suffix): MovedTable => ({
      table: `web_vitals_${grain}${suffix}`,
      columns: [
        ...numbers(period),
        ...texts("metric", "route", "device", "navigation", "build_version"),
        ...numbers("samples", "good", "needs_improvement", "poor"),
        ["sketch", "bytea"],
      ],
      key: [period, "metric", "route", "device", "navigation", "build_version"],
    }),
  ),
);

/**
 * Every table but that of single measurements, whose rows differ. Locks and leases stay behind: they belong to running
 * processes.
 */
export const MOVED_TABLES: readonly MovedTable[] = [
  ...summaries,
  {
    table: "summary_versions",
    columns: [...texts("summary_table"), ...numbers("unit", "version")],
    key: ["summary_table", "unit"],
  },
  { table: "open_periods", columns: [...texts("grain"), ...numbers("unit")], key: ["grain", "unit"] },
  {
    table: "releases",
    columns: [
      ...texts("build_version"),
      ...numbers("first_seen_at", "last_seen_at", "admitted_at", "announced_at"),
      ...texts("link", "libraries"),
    ],
    key: ["build_version"],
  },
  {
    table: "release_traffic",
    columns: [...numbers("hour"), ...texts("build_version", "metric"), ...numbers("samples")],
    key: ["hour", "build_version", "metric"],
  },
  {
    table: "routes",
    columns: [...texts("route"), ...numbers("first_seen_at", "last_seen_at", "samples")],
    key: ["route"],
  },
  {
    table: "import_ledger",
    columns: [...texts("digest", "previous_digest"), ...numbers("lines", "imported_at")],
    key: ["digest"],
  },
  { table: "settings", columns: texts("key", "value"), key: ["key"] },
  {
    table: "sessions",
    columns: [
      ...texts("id", "token_hash", "next_hash"),
      ...numbers("next_issued_at"),
      ...texts("previous_hash"),
      ...numbers("previous_until", "rotated_at"),
      ...texts("credential", "browser"),
      ...numbers("created_at", "last_seen_at"),
    ],
    key: ["id"],
  },
  {
    table: "api_tokens",
    columns: [
      ...texts("id", "name", "token_hash", "scopes"),
      ...numbers("created_at", "expires_at", "last_used_at"),
    ],
    key: ["id"],
  },
];
