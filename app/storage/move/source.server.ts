import SQLite from "better-sqlite3";
import type { Measurement } from "../../vitals/measurement";
import type { Database } from "../database-contract";
import { selectMeasurements } from "../measurements.server";
import { openSqlite, sqlitePath } from "../sqlite/database.server";
import { MoveError } from "./move-error";
import type { MovedTable } from "./moved-tables";

/** How long to wait for a process that writes, in ms. */
const LOCK_TIMEOUT = 5_000;

/** A value of a row as JSON has it; bytes in hexadecimal digits. */
export type Value = string | number | null;

/** A measurement, the value that the summaries hold for it (`null` for none), and when it was stored (ms). */
export type StoredMeasurement = Measurement & { held: number | null; storedAt: number };

/** Position of a measurement: after it come those of a later time, or of the same time and a greater id. */
export type MeasurementPosition = { receivedAt: number; id: string };

/** A SQLite file whose content does not change as long as this is open: nobody else can write. */
export class MoveSource {
  private constructor(
    readonly database: Database,
    private readonly file: SQLite.Database,
  ) {}

  /**
   * Brings the file to the newest schema, and locks it.
   * @throws MoveError while another process writes
   */
  static async open(url: string): Promise<MoveSource> {
    const path = sqlitePath(url);
    const database = await openSqlite(url, { isLean: true });
    const file = new SQLite(path, { timeout: LOCK_TIMEOUT });
    try {
      file.exec("BEGIN IMMEDIATE");
    } catch (error) {
      file.close();
      await database.close();
      throw new MoveError(`A process writes to ${path}. Stop every cockpit and collector on it first.`, {
        cause: error,
      });
    }
    return new MoveSource(database, file);
  }

  /** Up to `limit` measurements after a position, by time and id. */
  async measurements(after: MeasurementPosition | null, limit: number): Promise<StoredMeasurement[]> {
    const everything = { from: 0, to: Number.MAX_SAFE_INTEGER };
    const batch = await selectMeasurements(this.database.read, everything, after, limit);
    const [first, last] = [batch[0], batch.at(-1)];
    if (first === undefined || last === undefined) return [];
    const stored = new Map(
      this.#rows("SELECT id, folded_value, stored_at FROM web_vitals_raw WHERE received_at BETWEEN ? AND ?", [
        first.receivedAt,
        last.receivedAt,
      ]).map(([id, held, storedAt]) => [id, { held: held as number | null, storedAt: storedAt as number }]),
    );
    return batch.map((one) => {
      const state = stored.get(one.id);
      if (state === undefined) throw new MoveError(`The measurement ${one.id} can't be read twice.`);
      return { ...one, ...state };
    });
  }

  /** Up to `limit` rows of a table after a key, in the order of their keys. */
  rows({ table, columns, key }: MovedTable, after: readonly Value[] | null, limit: number): Value[][] {
    const selected = columns.map(([name, type]) => (type === "bytea" ? `hex("${name}")` : `"${name}"`));
    const keys = key.map((name) => `"${name}"`).join(", ");
    const later = after === null ? "" : `WHERE (${keys}) > (${key.map(() => "?").join(", ")})`;
    return this.#rows(
      `SELECT ${selected.join(", ")} FROM "${table}" ${later} ORDER BY ${keys} LIMIT ${limit}`,
      after ?? [],
    );
  }

  count(table: string): number {
    return Number(this.#rows(`SELECT count(*) FROM "${table}"`, [])[0]?.[0] ?? 0);
  }

  /** How often the summaries were changed. */
  sequence(): number {
    return Number(this.#rows("SELECT value FROM sequences WHERE name = 'summaries'", [])[0]?.[0] ?? 0);
  }

  /** Changes with the content: by every fold, and by every measurement that is not folded yet. */
  fingerprint(): string {
    const [state] = this.#rows(
      `SELECT count(*), count(pending), coalesce(max(received_at), 0),
        coalesce(max(received_at + stored_after), 0) FROM measurements`,
      [],
    );
    return JSON.stringify([this.sequence(), ...(state ?? [])]);
  }

  async close(): Promise<void> {
    this.file.exec("ROLLBACK");
    this.file.close();
    await this.database.close();
  }

  #rows(statement: string, parameters: readonly Value[]): Value[][] {
    return this.file
      .prepare(statement)
      .raw()
      .all(...parameters) as Value[][];
  }
}
