import { once } from "node:events";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { monotonic } from "../../app/platform/clock.server";
import { openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import type { Measurement } from "../../app/vitals/measurement";
import { createDatabase } from "../support/postgresql/databases";
import { startPostgresql } from "../support/postgresql/server";
import { measurementsOf, PER_BEACON } from "./beacons";
import type { Bench } from "./bench";
import { AT } from "./commit.server";
import { toFigure } from "./figures";
import { alternate } from "./rounds";

const ROUNDS = 5;
const WARM_UP = 2;
const BEACONS = 8_000;
const ROWS = BEACONS * PER_BEACON;

/** The application's largest batch. */
const BATCH = 2_000;

export const postgresqlBench: Bench = async () => {
  const server = await startPostgresql({ relaxed: false });
  try {
    const url = await createDatabase(server.url, null);
    const database = await openDatabase(url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const batches = createBatches();
      const store = async (): Promise<number> => {
        await client.query("TRUNCATE web_vitals_raw");
        return perSecond(batches, (batch) => storeMeasurements(database.write, batch, AT));
      };
      await store();
      await client.query("CREATE TABLE copied (LIKE web_vitals_raw INCLUDING ALL)");
      const chunks = inChunks(await readAll(client));
      const copy = async (): Promise<number> => {
        await client.query("TRUNCATE copied");
        return perSecond(chunks, (chunk) => copyInto(client, chunk));
      };
      const rounds = await alternate(ROUNDS, { store, copy }, WARM_UP);
      return [
        toFigure({
          bench: "postgresql",
          name: "measurements into PostgreSQL",
          unit: "measurements/s",
          rounds: rounds.store,
          baseline: { name: "plain COPY of the same rows", rounds: rounds.copy },
          target: { of: "ratio", atLeast: 0.65 },
          sample: `${ROUNDS} rounds of ${ROWS} rows into an empty table with its indexes, ${BATCH} a commit, one connection each, synchronous_commit=on`,
        }),
      ];
    } finally {
      await client.end();
      await database.close();
    }
  } finally {
    await server.remove();
  }
};

function createBatches(): Measurement[][] {
  const perBatch = BATCH / PER_BEACON;
  return Array.from({ length: BEACONS / perBatch }, (_, batch) =>
    Array.from({ length: perBatch }, (_, i) => measurementsOf(batch * perBatch + i, AT)).flat(),
  );
}

async function perSecond<T>(batches: readonly T[], work: (batch: T) => Promise<void>): Promise<number> {
  const start = monotonic();
  for (const batch of batches) await work(batch);
  return (1000 * ROWS) / (monotonic() - start);
}

/** All rows in the text format of COPY, which has one line a row. */
async function readAll(client: pg.Client): Promise<string[]> {
  const stream = client.query(copyTo("COPY web_vitals_raw TO STDOUT"));
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  const lines = Buffer.concat(parts).toString("utf8").trimEnd().split("\n");
  if (lines.length !== ROWS) throw new Error(`${lines.length} of ${ROWS} rows were stored.`);
  return lines;
}

function inChunks(lines: readonly string[]): Buffer[] {
  return Array.from({ length: ROWS / BATCH }, (_, chunk) =>
    Buffer.from(`${lines.slice(chunk * BATCH, (chunk + 1) * BATCH).join("\n")}\n`),
  );
}

async function copyInto(client: pg.Client, chunk: Buffer): Promise<void> {
  const stream = client.query(copyFrom("COPY copied FROM STDIN"));
  stream.end(chunk);
  await once(stream, "finish");
}
