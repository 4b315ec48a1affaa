import { openDatabase } from "../database.server";
import { MoveError } from "./move-error";
import { MOVED_TABLES } from "./moved-tables";
import { type MeasurementPosition, MoveSource, type Value } from "./source.server";
import { type MoveState, MoveTarget } from "./target.server";
import { differences } from "./verify.server";

/** The table of single measurements, which is moved first. */
const RAW = "web_vitals_raw";

/** Rows of one transaction; a summary has about 200 bytes. */
const BATCH = 2_000;

export type MoveProgress = { table: string; moved: number; of: number };

export type Moved = { tables: number; rows: number; resumed: boolean };

/**
 * Moves everything of a SQLite file to a PostgreSQL database, and compares both. The file stays as it is, and nobody can
 * write to it meanwhile. A move that was stopped goes on where it was.
 * @param from URL of the file
 * @param to URL of the database, which must be empty
 * @throws MoveError where the file is in use or changed since the move began, where the database has other data, and where
 *   the two differ in the end
 * @throws EnvironmentError where either can't be used
 */
export async function moveStore(
  from: string,
  to: string,
  onProgress: (progress: MoveProgress) => void | Promise<void> = () => {},
): Promise<Moved> {
  const source = await MoveSource.open(from);
  try {
    const target = await MoveTarget.open(to);
    try {
      const state = await target.state();
      if (state !== null && state.fingerprint !== source.fingerprint()) {
        throw new MoveError(
          "The file has changed since the move began. Empty the target (drop and create the database), and begin again.",
        );
      }
      const rows = await moveTables(source, target, state, onProgress);
      await verify(source, target, to);
      await target.finish(source.sequence());
      return { tables: MOVED_TABLES.length + 1, rows, resumed: state !== null };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** @returns the rows of all tables */
async function moveTables(
  source: MoveSource,
  target: MoveTarget,
  state: MoveState | null,
  onProgress: (progress: MoveProgress) => void | Promise<void>,
): Promise<number> {
  const fingerprint = source.fingerprint();
  const steps = [RAW, ...MOVED_TABLES.map(({ table }) => table)];
  const first = state === null ? 0 : Math.max(0, steps.indexOf(state.table));
  let total = 0;
  for (const [index, table] of steps.entries()) {
    const of = source.count(table);
    total += of;
    if (index < first) continue;
    let after = state?.table === table ? state.after : null;
    let moved = after === null ? 0 : await target.count(table);
    const spec = MOVED_TABLES.find((one) => one.table === table);
    for (;;) {
      const last =
        spec === undefined
          ? await moveMeasurements(source, target, after, { fingerprint, table })
          : await moveRows(source, target, spec, after, { fingerprint, table });
      if (last === null) break;
      after = last.after;
      moved += last.rows;
      await onProgress({ table, moved: Math.min(moved, of), of });
    }
  }
  return total;
}

type Step = Pick<MoveState, "fingerprint" | "table">;

/** Moves one batch. @returns the key of its last row and how many it has; `null` at the end of the table */
async function moveRows(
  source: MoveSource,
  target: MoveTarget,
  spec: (typeof MOVED_TABLES)[number],
  from: readonly Value[] | null,
  step: Step,
): Promise<{ after: Value[]; rows: number } | null> {
  const rows = source.rows(spec, from, BATCH);
  const last = rows.at(-1);
  if (last === undefined) return null;
  const names = spec.columns.map(([name]) => name);
  const after = spec.key.map((name) => last[names.indexOf(name)] ?? null);
  await target.store(spec, rows, { ...step, after });
  return { after, rows: rows.length };
}

async function moveMeasurements(
  source: MoveSource,
  target: MoveTarget,
  from: readonly Value[] | null,
  step: Step,
): Promise<{ after: Value[]; rows: number } | null> {
  const position: MeasurementPosition | null =
    from === null ? null : { receivedAt: Number(from[0]), id: String(from[1]) };
  const batch = await source.measurements(position, BATCH);
  const last = batch.at(-1);
  if (last === undefined) return null;
  const after = [last.receivedAt, last.id];
  await target.storeMeasurements(batch, { ...step, after });
  return { after, rows: batch.length };
}

/** @throws MoveError where counts or percentiles differ */
async function verify(source: MoveSource, target: MoveTarget, to: string): Promise<void> {
  const found: string[] = [];
  for (const table of [RAW, ...MOVED_TABLES.map(({ table }) => table)]) {
    const [there, here] = [await target.count(table), source.count(table)];
    if (there !== here) found.push(`${table} has ${there} rows instead of ${here}`);
  }
  const moved = await openDatabase(to);
  try {
    found.push(...(await differences(source.database.read, moved.read)));
  } finally {
    await moved.close();
  }
  if (found.length > 0) {
    throw new MoveError(`The target differs from the file: ${found.join("; ")}. Empty it, and begin again.`);
  }
}
