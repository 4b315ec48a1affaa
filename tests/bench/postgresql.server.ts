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
import { type Figure, type Target, toFigure } from "./figures";
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
      const ready = inChunks(await readAll(client));
      const copyOf = async <T>(chunks: readonly T[], encode: (chunk: T) => Buffer): Promise<number> => {
        await client.query("TRUNCATE copied");
        return perSecond(chunks, (chunk) => copyInto(client, encode(chunk)));
      };
      const rounds = await alternate(
        ROUNDS,
        {
          store,
          copy: () => copyOf(batches, copyText),
          copyReady: () => copyOf(ready, (chunk) => chunk),
        },
        WARM_UP,
      );
      const figure = (name: string, baseline: number[], target: Target | null): Figure =>
        toFigure({
          bench: "postgresql",
          name: "measurements into PostgreSQL",
          unit: "measurements/s",
          rounds: rounds.store,
          baseline: { name, rounds: baseline },
          ...(target !== null && { target }),
          sample: `${ROUNDS} rounds of ${ROWS} rows into an empty table with its indexes, ${BATCH} a commit, one connection each, synchronous_commit=on`,
        });
      return [
        figure("plain COPY of the same rows", rounds.copy, { of: "ratio", atLeast: 0.65 }),
        figure("COPY of text that was ready before", rounds.copyReady, null),
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

const COLUMNS =
  "id, metric, value, sequence, route, build_version, device, navigation_type, received_at, stored_at, library, attribution, delivery_type";

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

const field = (value: string | number | null): string =>
  value === null ? "\\N" : String(value).replace(SPECIAL, (character) => ESCAPED[character] ?? character);

/** A batch in the text format of COPY, with `COLUMNS`. */
const copyText = (batch: readonly Measurement[]): Buffer =>
  Buffer.from(
    batch
      .map((m) => {
        const attribution = m.attribution === null ? null : JSON.stringify(m.attribution);
        const names = [m.route, m.buildVersion, m.device, m.navigationType];
        const rest = [m.receivedAt, AT, m.library, attribution, m.deliveryType ?? null];
        return `${[m.id, m.metric, m.value, m.sequence, ...names, ...rest].map(field).join("\t")}\n`;
      })
      .join(""),
  );

/** All rows in the text format of COPY, which has one line a row. */
async function readAll(client: pg.Client): Promise<string[]> {
  const stream = client.query(copyTo(`COPY web_vitals_raw (${COLUMNS}) TO STDOUT`));
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
  const stream = client.query(copyFrom(`COPY copied (${COLUMNS}) FROM STDIN`));
  stream.end(chunk);
  await once(stream, "finish");
}
