import { DISTRIBUTED } from "../../../app/storage/postgresql/citus";

const TABLES = DISTRIBUTED.map(({ table }) => table).join("|");
/** `web_vitals_hourly` and not `web_vitals_hourly_totals`. */
const ON_DISTRIBUTED = new RegExp(`\\b(?:${TABLES})\\b`);

/** Tables that stay on the coordinator. */
const LOCAL =
  "(?:\\w+_totals|summary_versions|releases|release_traffic|routes|import_ledger|writer_lock|leases|sequences|open_periods|settings|sessions|api_tokens)";

/** What `DO UPDATE SET` may not call: functions that are not immutable. */
const VOLATILE =
  /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|nextval|gen_random_uuid|current_setting)\s*\(|\bcurrent_(?:timestamp|date|time)\b/i;

/** What Citus 13.2 with PostgreSQL 15 refuses on distributed tables, and what serves instead. */
const RULES: ReadonlyArray<{ reason: string; isBroken: (statement: string) => boolean }> = [
  {
    reason: "a row lock over shards: use the lease",
    isBroken: (s) => /\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|KEY\s+SHARE|SHARE)\b/i.test(s),
  },
  { reason: "ctid: name rows by their key", isBroken: (s) => /\bctid\b/i.test(s) },
  {
    reason: "a function in DO UPDATE SET that is not immutable: pass its value",
    isBroken: (s) => VOLATILE.test(s.split(/\bDO\s+UPDATE\s+SET\b/i)[1] ?? ""),
  },
  {
    reason: "a change of the column that a table is distributed by",
    isBroken: (s) => DISTRIBUTED.some(({ table, column }) => changesColumn(s, table, column)),
  },
  {
    reason: "a subquery on a local table that depends on the row: compare with its minimum or use IN",
    isBroken: (s) => existsBodies(s).some((part) => new RegExp(`\\bFROM\\s+${LOCAL}\\b`, "i").test(part)),
  },
];

/** On any table: the lock belongs to one node and to one connection. */
const ADVISORY = /\bpg_(?:try_)?advisory_/i;

const changesColumn = (statement: string, table: string, column: string): boolean => {
  const update = new RegExp(`\\bUPDATE\\s+${table}\\b`, "i").test(statement);
  const upsert = new RegExp(`\\bINSERT\\s+INTO\\s+${table}\\b`, "i").test(statement);
  if (!update && !upsert) return false;
  const [, set = ""] = statement.split(/\bSET\b/i);
  const [assignments = ""] = set.split(/\b(?:WHERE|FROM)\b/i);
  return new RegExp(`(?:^|,)\\s*"?${column}"?\\s*=`, "i").test(assignments);
};

/** The bodies of `EXISTS (…)`, which nearly always depend on the row. */
const existsBodies = (statement: string): string[] =>
  [...statement.matchAll(/\bEXISTS\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)/gi)].map(([, body = ""]) => body);

/** The reasons for which Citus refuses a statement; empty for one that it accepts. @param text with `$1` for parameters */
export function refusedByCitus(text: string): string[] {
  const statement = text.replace(/--[^\n]*/g, " ").replace(/'(?:[^']|'')*'/g, "''");
  const reasons = ADVISORY.test(statement)
    ? ["an advisory lock, which belongs to a session and to a node"]
    : [];
  if (!ON_DISTRIBUTED.test(statement)) return reasons;
  return [...reasons, ...RULES.flatMap(({ reason, isBroken }) => (isBroken(statement) ? [reason] : []))];
}
