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
