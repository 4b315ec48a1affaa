import type { Engine } from "../engine";
import { postgresqlAttribution } from "./attribution";
import { postgresqlCardinality } from "./cardinality";
import { postgresqlClockEvidence } from "./clock-evidence";
import { postgresqlFoldLease } from "./fold-lease";
import { postgresqlFoldState } from "./fold-state";
import { postgresqlMeasurements } from "./measurements";
import { postgresqlReleases } from "./releases";
import { postgresqlSpace } from "./space";
import { postgresqlSummaries } from "./summaries";
import { postgresqlSummaryPeriods } from "./summary-periods";
import { postgresqlWriterLock } from "./writer-lock";

/** The statements in PostgreSQL's dialect. */
export const POSTGRESQL: Engine = {
  name: "postgresql",
  // A row of an index has 2,704 bytes at most, and those of the summaries have a route and a build:
  // https://www.postgresql.org/docs/current/btree.html
  maxNameBytes: 1_250,
  showsRoutesLate: false,
  attribution: postgresqlAttribution,
  cardinality: postgresqlCardinality,
  clockEvidence: postgresqlClockEvidence,
  foldLease: postgresqlFoldLease,
  foldState: postgresqlFoldState,
  measurements: postgresqlMeasurements,
  releases: postgresqlReleases,
  space: postgresqlSpace,
  summaries: postgresqlSummaries,
  summaryPeriods: postgresqlSummaryPeriods,
  writerLock: postgresqlWriterLock,
};
