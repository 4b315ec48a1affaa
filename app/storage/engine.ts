import type { postgresqlFoldLease } from "./postgresql/fold-lease";
import type { sqliteAttribution } from "./sqlite/attribution";
import type { sqliteCardinality } from "./sqlite/cardinality";
import type { sqliteClockEvidence } from "./sqlite/clock-evidence";
import type { sqliteFoldState } from "./sqlite/fold-state";
import type { sqliteMeasurements } from "./sqlite/measurements";
import type { sqliteReleases } from "./sqlite/releases";
import type { sqliteSpace } from "./sqlite/space";
import type { sqliteSummaries } from "./sqlite/summaries";
import type { sqliteSummaryPeriods } from "./sqlite/summary-periods";
import type { sqliteWriterLock } from "./sqlite/writer-lock";

/** Statements of the table of labels, and those that need rows in the order of time, or to know which are as stored first. */
type OfSqlite = "selectLabels" | "deleteUnusedLabels" | "scanPending" | "markUnchanged";

/**
 * The text of every statement that differs between SQLite and PostgreSQL, by subject. `app/storage/<subject>.server.ts`
 * has the functions, the row schemas and the statements that are the same text on both. Each group has the shape of
 * SQLite's, so that the compiler names what another engine lacks.
 */
export type Engine = {
  name: "sqlite" | "postgresql";
  /** Most bytes (UTF-8) of a route or build version; `null` where its indexes hold any. */
  maxNameBytes: number | null;
  /** Whether others may see the versions of a transaction a moment before its summaries of routes. */
  showsRoutesLate: boolean;
  attribution: typeof sqliteAttribution;
  cardinality: typeof sqliteCardinality;
  clockEvidence: typeof sqliteClockEvidence;
  /** `null` where a transaction excludes all other writers. */
  foldLease: typeof postgresqlFoldLease | null;
  foldState: typeof sqliteFoldState;
  /** `store` runs several statements where texts have a table of their own. */
  measurements: Omit<typeof sqliteMeasurements, OfSqlite> & {
    [Statement in OfSqlite]: (typeof sqliteMeasurements)[Statement] | null;
  };
  releases: typeof sqliteReleases;
  /** Other databases have no pages to remove. */
  space: Pick<typeof sqliteSpace, "rawTable" | "selectTableSizes"> & {
    [Statement in "selectPages" | "removeFreePage"]: (typeof sqliteSpace)[Statement] | null;
  };
  summaries: typeof sqliteSummaries;
  summaryPeriods: typeof sqliteSummaryPeriods;
  writerLock: typeof sqliteWriterLock;
};
