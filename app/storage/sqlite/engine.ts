import type { Engine } from "../engine";
import { sqliteAttribution } from "./attribution";
import { sqliteCardinality } from "./cardinality";
import { sqliteClockEvidence } from "./clock-evidence";
import { sqliteFoldState } from "./fold-state";
import { sqliteMeasurements } from "./measurements";
import { sqliteReleases } from "./releases";
import { sqliteSpace } from "./space";
import { sqliteSummaries } from "./summaries";
import { sqliteSummaryPeriods } from "./summary-periods";
import { sqliteWriterLock } from "./writer-lock";

/** The statements in SQLite's dialect. */
export const SQLITE: Engine = {
  name: "sqlite",
  maxNameBytes: null,
  showsRoutesLate: false,
  attribution: sqliteAttribution,
  cardinality: sqliteCardinality,
  clockEvidence: sqliteClockEvidence,
  foldLease: null,
  foldState: sqliteFoldState,
  measurements: sqliteMeasurements,
  releases: sqliteReleases,
  space: sqliteSpace,
  summaries: sqliteSummaries,
  summaryPeriods: sqliteSummaryPeriods,
  writerLock: sqliteWriterLock,
};
