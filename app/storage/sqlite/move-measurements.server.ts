import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { z } from "zod";
import { monotonic } from "../../platform/clock.server";
import { log } from "../../platform/log.server";
import type { Measurement } from "../../vitals/measurement";
import { MigrationError } from "../migrations";
import type { Sql } from "../sql";
import { whenNotBusy } from "./busy.server";
import { valueCode } from "./codes";
import { labelsOf, newestOf, RowEncoder } from "./encoded-batch";
import { addLabels, numbersOf, selectNumbers } from "./labels";
import { insertMoved } from "./moved-measurements";

/** Measurements of one transaction: some tens of ms. */
const SLICE = 5_000;

/** Free disk that moving needs: the log of a few transactions. The file itself hardly grows, because a slice frees its pages. */
const FREE_BYTES = 64 * 1024 * 1024;

/** Between two lines of the log, in ms. */
const LOG_INTERVAL = 5_000;

/** How long it waits for another process that moves or writes, in ms. */
const LOCK_TIMEOUT = 60_000;

type Connection = Awaited<ReturnType<PrismaBetterSqlite3["connect"]>>;

export type MoveProgress = { moved: number; total: number };

export type MoveOptions = {
  slice?: number;
  /** Called after each transaction. */
  onSlice?: (progress: MoveProgress) => void;
};

/** The columns of the old table, times and sequence as texts: the adapter has several types for large numbers. */
const movedRows = z.array(
  z.tuple([
    z.number(),
    z.string(),
    z.string(),
    z.number(),
    z.number().nullable(),
    z.string().nullable(),
    z.string(),
    z.string(),
    z.string(),
    z.string().nullable(),
    z.string(),
    z.string(),
    z.string().nullable(),
    z.string().nullable(),
    z.string().nullable(),
  ]),
);

type MovedRow = z.infer<typeof movedRows>[number];

/**
 * Moves the rows of the table of earlier versions into the small ones, in slices, each in a transaction of its own, and
 * drops the table when it is empty. It may be killed at any instant, and continues with the next start; several processes
 * may run it at once. It logs its progress.
 * @throws MigrationError when the disk has too little space
 * @throws BusyError when another process locks the file for a minute
 */
export async function moveMeasurements(
  path: string,
  { slice = SLICE, onSlice }: MoveOptions = {},
): Promise<void> {
  const connection = await new PrismaBetterSqlite3({ url: `file:${path}`, timeout: 0 }).connect();
  try {
    const total = await whenNotBusy(() => countOldRows(connection), LOCK_TIMEOUT);
    if (total === null) return;
    await connection.executeScript(
      "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY",
    );
    if (total > 0) assertDiskSpace(path);
    if (total > slice) log().info({ measurements: total }, "moving the measurements to small rows");
    let [moved, loggedAt] = [0, monotonic()];
    for (;;) {
      const rows = await whenNotBusy(() => moveSlice(connection, slice), LOCK_TIMEOUT);
      moved += rows;
      onSlice?.({ moved, total });
      if (monotonic() - loggedAt >= LOG_INTERVAL) {
        loggedAt = monotonic();
        log().info({ moved, of: total }, "moving the measurements to small rows");
      }
      if (rows === 0) break;
    }
    if (total > slice) log().info({ moved }, "moved the measurements to small rows");
  } finally {
    await connection.dispose();
  }
}

async function hasOldTable(connection: Connection): Promise<boolean> {
  const rows = await select(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'web_vitals_raw_unmoved'");
  return rows.length > 0;
}

/**
 * At most: rows are counted by their numbers, because reading a large table takes long.
 * @returns `null` without the table
 */
async function countOldRows(connection: Connection): Promise<number | null> {
  // One view of the file: another process may drop the table at any time.
  await connection.executeScript("BEGIN");
  try {
    if (!(await hasOldTable(connection))) return null;
    const [row] = await select(
      connection,
      "SELECT coalesce((SELECT max(rowid) FROM web_vitals_raw_unmoved) - (SELECT min(rowid) FROM web_vitals_raw_unmoved) + 1, 0)",
    );
    return Number(z.tuple([z.union([z.number(), z.bigint(), z.string()])]).parse(row)[0]);
  } finally {
    await connection.executeScript("ROLLBACK");
  }
}

function assertDiskSpace(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  const free = bavail * bsize;
  if (free >= FREE_BYTES) return;
  const megabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);
  throw new MigrationError(
    `The measurements in ${path} must be moved to smaller rows, which needs ${megabytes(FREE_BYTES)} MB of free disk; there are ${megabytes(free)}. Free some, and start again.`,
  );
}

/** @returns how many rows it moved; after the last ones it drops the table */
async function moveSlice(connection: Connection, slice: number): Promise<number> {
  await connection.executeScript("BEGIN IMMEDIATE");
  try {
    if (!(await hasOldTable(connection))) {
      await connection.executeScript("ROLLBACK");
      return 0;
    }
    const rows = movedRows.parse(
      await select(
        connection,
        `SELECT rowid, id, metric, value, folded_value, CAST(sequence AS TEXT), route, build_version, device,
          navigation_type, CAST(received_at AS TEXT), CAST(stored_at AS TEXT), library, attribution, delivery_type
        FROM web_vitals_raw_unmoved ORDER BY rowid LIMIT ${slice}`,
      ),
    );
    if (rows.length === 0) await connection.executeScript("DROP TABLE web_vitals_raw_unmoved");
    else await move(connection, rows);
    await connection.executeScript("COMMIT");
    return rows.length;
  } catch (error) {
    await connection.executeScript("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function move(connection: Connection, rows: readonly MovedRow[]): Promise<void> {
  const moved = rows.map(movedRow);
  const measurements = moved.map(({ measurement }) => measurement);
  const encoder = new RowEncoder(await addedLabels(connection, measurements));
  const encoded = moved.map(({ measurement, rest }) => [...encoder.encode(measurement), ...rest]);
  if (!encoder.isComplete) throw new Error("A route or build version of a measurement has no number.");
  await execute(connection, insertMoved(JSON.stringify(encoded)));
  const last = rows.at(-1)?.[0] ?? 0;
  await connection.executeScript(`DELETE FROM web_vitals_raw_unmoved WHERE rowid <= ${last}`);
}

/** A row as a measurement, and the `rest` of its values: see `insertMoved`. */
function movedRow(row: MovedRow): { measurement: Measurement; rest: Array<number | null> } {
  const [, id, metric, value, folded, sequence, route, buildVersion, device, ...others] = row;
  const [navigationType, received, stored, library, attribution, deliveryType] = others;
  const receivedAt = Number(received);
  // Only the types are open: the old table has what this application stored.
  const measurement = {
    id,
    metric,
    value,
    route,
    buildVersion,
    device,
    navigationType,
    receivedAt,
    library,
    sequence: sequence === null ? null : Number(sequence),
    attribution: attribution === null ? null : JSON.parse(attribution),
    ...(deliveryType !== null && { deliveryType }),
  } as Measurement;
  const isPending = folded !== value;
  const held = isPending && folded !== null ? valueCode(folded) : null;
  return { measurement, rest: [Number(stored) - receivedAt, isPending ? 1 : null, held] };
}

const labelRows = z.array(z.tuple([z.union([z.number(), z.bigint(), z.string()]), z.string()]));

/** Adds the labels of measurements. @returns their numbers, as `LabelNumbers` has them */
async function addedLabels(
  connection: Connection,
  measurements: readonly Measurement[],
): Promise<ReadonlyMap<string, number | null>> {
  const labels = labelsOf(measurements);
  await execute(connection, addLabels(labels, newestOf(measurements)));
  const { sql, values } = selectNumbers(labels);
  const { rows } = await connection.queryRaw({ sql, args: [...values], argTypes: argTypesOf(values) });
  return numbersOf(
    labels,
    labelRows.parse(rows).map(([id, text]) => [text, Number(id)]),
  );
}

const select = async (connection: Connection, sql: string): Promise<unknown[][]> =>
  (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;

async function execute(connection: Connection, statement: Sql): Promise<void> {
  const { sql, values } = statement;
  await connection.executeRaw({ sql, args: [...values], argTypes: argTypesOf(values) });
}

const argTypesOf = (values: readonly unknown[]) =>
  values.map(() => ({ scalarType: "unknown" as const, arity: "scalar" as const }));
