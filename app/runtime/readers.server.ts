import { singleton } from "../platform/singleton.server";
import { database } from "./database.server";
import { type ComparisonReaders, createComparisonReaders } from "../query/comparison/readers.server";
import { createUnitReader, type UnitReader } from "../query/summaries/summary-reader.server";

/** What this process remembers of the summaries: thirty days of a large site under several filters. */
const MEMORY = 64 * 1024 * 1024;

/** What it remembers of summaries that were merged to compare releases. */
const MERGED_MEMORY = 32 * 1024 * 1024;

/** And of what was decoded for it: a day of two releases of a large site. */
const DECODED_MEMORY = 96 * 1024 * 1024;

/** And results: a few comparisons that are looked at, by whichever metric or sort. */
const RESULTS = 4;

/** This process's reader of the summaries. */
export const unitReader = (): UnitReader =>
  singleton("unit-reader", () => createUnitReader(database().read, MEMORY));

/** This process's readers for comparisons. */
export const comparisonReaders = (): ComparisonReaders =>
  singleton("comparison-readers", () =>
    createComparisonReaders(database().read, unitReader(), {
      merged: MERGED_MEMORY,
      decoded: DECODED_MEMORY,
      results: RESULTS,
    }),
  );
