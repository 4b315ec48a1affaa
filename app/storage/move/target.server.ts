import pg from "pg";
import { z } from "zod";
import { POSTGRESQL } from "../postgresql/engine";
import { prepareServer, serverOf } from "../postgresql/prepare.server";
import { storableName, withStorableNames } from "../storable-name";
import { MoveError } from "./move-error";
import { MOVED_TABLES, type MovedTable } from "./moved-tables";
import type { StoredMeasurement, Value } from "./source.server";

/** The setting that has the state of a move until it is verified. */
const STATE_KEY = "migrate-store";

const stateSchema = z.object({
  /** See `MoveSource.fingerprint`. */
  fingerprint: z.string(),
  /** The table that is being moved, and the key of the last row that is. */
  table: z.string(),
  after: z.array(z.union([z.string(), z.number(), z.null()])).nullable(),
});

export type MoveState = z.infer<typeof stateSchema>;

/** Columns with names that SQLite stores in any length. */
const NAMES: ReadonlySet<string> = new Set(["route", "build_version"]);

/** A PostgreSQL database with the newest schema, that rows are moved to. */
export class MoveTarget {
  private constructor(private readonly client: pg.Client) {}

  /** @throws EnvironmentError when it can't be used */
  static async open(url: string): Promise<MoveTarget> {
    const server = serverOf(url);
    await prepareServer(server);
    const client = new pg.Client({ connectionString: server.connectionString });
    client.on("error", () => {});
    await client.connect();
    return new MoveTarget(client);
  }

  /**
   * The state of a move that was interrupted; `null` for an empty database.
   * @throws MoveError for a database with data of its own
   */
  async state(): Promise<MoveState | null> {
    const [setting] = await this.#rows("SELECT value FROM settings WHERE key = $1", [STATE_KEY]);
    if (setting !== undefined) return stateSchema.parse(JSON.parse(String(setting[0])));
    for (const table of ["web_vitals_raw", ...MOVED_TABLES.map(({ table }) => table)]) {
      const isUsed = table !== "settings" && (await this.#rows(`SELECT 1 FROM ${table} LIMIT 1`)).length > 0;
      if (isUsed) {
        throw new MoveError(`The target has data of its own (in ${table}): name an empty database.`);
      }
    }
    return null;
  }

  /** Stores rows of a table and the state after them, both or none. Rows that are there already are replaced. */
  async store(
    { table, columns, key }: MovedTable,
    rows: readonly Value[][],
    state: MoveState,
  ): Promise<void> {
    const values = columns.map(([, type], i) =>
      type === "bytea" ? `decode(v->>${i}, 'hex')` : type === "bigint" ? `(v->>${i})::bigint` : `v->>${i}`,
    );
    const names = columns.map(([name]) => name);
    const storable = rows.map((row) =>
      row.map((value, i) =>
        typeof value === "string" && NAMES.has(names[i] ?? "") ? storableName(POSTGRESQL, value) : value,
      ),
    );
    const changed = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
    await this.#transaction(state, async () => {
      await this.#rows(
        `INSERT INTO ${table} (${names.join(", ")}) SELECT ${values.join(", ")}
         FROM jsonb_array_elements($1::jsonb) AS v
         ON CONFLICT (${key.join(", ")}) DO ${changed.length === 0 ? "NOTHING" : `UPDATE SET ${changed.join(", ")}`}`,
        [JSON.stringify(storable)],
      );
    });
  }

  async storeMeasurements(batch: readonly StoredMeasurement[], state: MoveState): Promise<void> {
    const storable = batch.map((m) => ({ ...m, ...withStorableNames(POSTGRESQL, m) }));
    const rows = storable.map((m) => [
      m.id,
      m.metric,
      m.value,
      m.held,
      m.sequence,
      m.route,
      m.buildVersion,
      m.device,
      m.navigationType,
      m.receivedAt,
      m.storedAt,
      m.library,
      m.attribution,
      m.deliveryType ?? null,
    ]);
    await this.#transaction(state, async () => {
      await this.#rows(
        `INSERT INTO web_vitals_raw (
           id, metric, value, folded_value, sequence, route, build_version, device, navigation_type, received_at,
           stored_at, library, attribution, delivery_type
         )
         SELECT v->>0, v->>1, (v->>2)::double precision, (v->>3)::double precision, (v->>4)::bigint, v->>5, v->>6,
           v->>7, v->>8, (v->>9)::bigint, (v->>10)::bigint, v->>11, nullif(v->12, 'null'::jsonb), v->>13
         FROM jsonb_array_elements($1::jsonb) AS v
         ON CONFLICT (id) DO NOTHING`,
        [JSON.stringify(rows)],
      );
    });
  }

  /** Moved rows of a table: the state of the move is none. */
  async count(table: string): Promise<number> {
    const moved = table === "settings" ? `WHERE key <> '${STATE_KEY}'` : "";
    const [row] = await this.#rows(`SELECT count(*)::double precision FROM ${table} ${moved}`);
    return Number(row?.[0] ?? 0);
  }

  /** Ends the move: the caches of processes see what changed, and a next move begins anew. */
  async finish(sequence: number): Promise<void> {
    await this.#rows("UPDATE sequences SET value = greatest(value, $1) WHERE name = 'summaries'", [sequence]);
    await this.#rows("DELETE FROM settings WHERE key = $1", [STATE_KEY]);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  async #transaction(state: MoveState, work: () => Promise<void>): Promise<void> {
    await this.#rows("BEGIN");
    try {
      await work();
      await this.#rows(
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [STATE_KEY, JSON.stringify(state)],
      );
      await this.#rows("COMMIT");
    } catch (error) {
      await this.#rows("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  async #rows(text: string, values: readonly Value[] = []): Promise<Value[][]> {
    const { rows } = await this.client.query({ text, values: [...values], rowMode: "array" });
    return rows as Value[][];
  }
}
