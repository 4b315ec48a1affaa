import Sqlite from "better-sqlite3";
import { foldBatch } from "../../app/rollup/fold.server";
import { openDatabase } from "../../app/storage/database.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { encodeBatch, type LabelNumbers, labelsOf, newestOf } from "../../app/storage/sqlite/encoded-batch";
import { addLabels } from "../../app/storage/sqlite/labels";
import { upsertMeasurements } from "../../app/storage/sqlite/upsert-measurements";
import type { Measurement } from "../../app/vitals/measurement";
import { DAY } from "../../app/vitals/time";
import { measurementsOf, PER_BEACON } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { type Figure, toFigure } from "./figures";
import { alternate } from "./rounds";
import { insertTextRows, TEXT_ROWS } from "./text-rows";

const BEACONS = 40_000;
/** Beacons of one commit under load. */
const PER_BATCH = 400;
/** Page views a second, which spreads the times. */
const VIEWS_PER_SECOND = 2_000;
const ROUNDS = 5;
const ROUND_BEACONS = 8_000;

const AT = Date.UTC(2026, 10, 22, 10);
const RETENTION = { fiveMinutes: 2 * DAY, hourly: 90 * DAY, daily: 730 * DAY };
const FOLD_BATCH = 5_000;

const timeOf = (view: number): number => AT + Math.floor((1000 * view) / VIEWS_PER_SECOND);

function* batches(beacons: number): Generator<Measurement[]> {
  for (let first = 0; first < beacons; first += PER_BATCH) {
    yield Array.from({ length: PER_BATCH }, (_, i) => measurementsOf(first + i, timeOf(first + i))).flat();
  }
}

export const rowsBench: Bench = async ({ workplace, log }) => {
  log("rows: storing and folding");
  const texts = storeTexts(workplace);
  const small = await storeSmall(workplace);
  const sample = `${BEACONS} beacons of ${PER_BEACON}, ${PER_BATCH} a commit, folded after every second one`;
  const size = (name: string, value: number, before: number): Figure =>
    toFigure({
      bench: "rows",
      name,
      unit: "bytes",
      rounds: [value],
      baseline: { name: "texts in every row, as before", rounds: [before] },
      target: { of: "value", atMost: 120 },
      sample,
    });
  const cpu = await alternate(ROUNDS, {
    texts: async () => cpuOfTexts(workplace),
    small: async () => cpuOfSmall(workplace),
  });
  return [
    size("bytes a measurement, live file", small.live, texts.live),
    size("bytes a measurement, vacuumed", small.vacuumed, texts.vacuumed),
    toFigure({
      bench: "rows",
      name: "CPU of a commit, a beacon",
      unit: "µs",
      rounds: cpu.small,
      baseline: { name: "texts in every row, as before", rounds: cpu.texts },
      target: { of: "ratio", atMost: 1 },
      sample: `${ROUNDS} rounds of ${ROUND_BEACONS} beacons, encoding included, one transaction each ${PER_BATCH}`,
    }),
  ];
};

type Size = { live: number; vacuumed: number };

/** Bytes a measurement of the tables and indexes of these names (GLOB). */
function sizeOf(file: string, names: readonly string[]): Size {
  const database = new Sqlite(file);
  try {
    const bytes = (): number =>
      database
        .prepare(
          `SELECT sum(pgsize) FROM dbstat WHERE ${names.map((name) => `name GLOB '${name}'`).join(" OR ")}`,
        )
        .pluck()
        .get() as number;
    const live = bytes() / (BEACONS * PER_BEACON);
    database.exec("VACUUM");
    return { live, vacuumed: bytes() / (BEACONS * PER_BEACON) };
  } finally {
    database.close();
  }
}

async function storeSmall(workplace: BenchContext["workplace"]): Promise<Size> {
  const file = workplace.file("rows.db");
  const database = await openDatabase(`file:${file}`);
  const fold = (): Promise<number> => foldBatch(database, FOLD_BATCH, RETENTION, timeOf(BEACONS));
  try {
    let commits = 0;
    for (const batch of batches(BEACONS)) {
      await storeMeasurements(database.write, batch, batch[0]?.receivedAt ?? AT);
      commits += 1;
      if (commits % 2 === 0) await fold();
    }
    while ((await fold()) > 0);
  } finally {
    await database.close();
  }
  const size = sizeOf(file, ["measurements*", "label*", "sqlite_autoindex_label*"]);
  workplace.remove("rows.db");
  return size;
}

function storeTexts(workplace: BenchContext["workplace"]): Size {
  const file = workplace.file("text-rows.db");
  const database = open(file);
  try {
    database.exec(TEXT_ROWS);
    const insert = database.prepare(insertTextRows);
    const mark = database.prepare(
      "UPDATE text_rows SET folded_value = value WHERE folded_value IS NULL OR folded_value <> value",
    );
    let commits = 0;
    for (const batch of batches(BEACONS)) {
      insert.run(textParameters(batch));
      commits += 1;
      if (commits % 2 === 0) mark.run();
    }
    mark.run();
  } finally {
    database.close();
  }
  const size = sizeOf(file, ["text_rows*", "sqlite_autoindex_text_rows*"]);
  workplace.remove("text-rows.db");
  return size;
}

function open(file: string): Sqlite.Database {
  const database = new Sqlite(file);
  for (const pragma of ["journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"]) {
    database.pragma(pragma);
  }
  return database;
}

const textParameters = (batch: readonly Measurement[]): { rows: string; storedAt: number } => ({
  rows: JSON.stringify(
    batch.map((m) => [
      m.id,
      m.metric,
      m.value,
      m.sequence,
      m.route,
      m.buildVersion,
      m.device,
      m.navigationType,
      m.receivedAt,
      m.library,
      m.attribution === null ? null : JSON.stringify(m.attribution),
      m.deliveryType ?? null,
      m.onlyIfStored === true ? 1 : 0,
    ]),
  ),
  storedAt: batch[0]?.receivedAt ?? AT,
});

/** CPU time of `store` for each batch, in µs a beacon. */
function cpuOf(store: (batch: Measurement[]) => void): number {
  let micros = 0;
  for (const batch of batches(ROUND_BEACONS)) {
    const before = process.cpuUsage();
    store(batch);
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return micros / ROUND_BEACONS;
}

function cpuOfTexts(workplace: BenchContext["workplace"]): number {
  workplace.remove("text-cpu.db");
  const database = open(workplace.file("text-cpu.db"));
  try {
    database.exec(TEXT_ROWS);
    const insert = database.prepare(insertTextRows);
    return cpuOf((batch) => insert.run(textParameters(batch)));
  } finally {
    database.close();
  }
}

async function cpuOfSmall(workplace: BenchContext["workplace"]): Promise<number> {
  workplace.remove("small-cpu.db");
  const file = workplace.file("small-cpu.db");
  await (await openDatabase(`file:${file}`)).close();
  const database = open(file);
  const statements = new Map<string, Sqlite.Statement>();
  const run = ({ sql, values }: { sql: string; values: unknown[] }): void => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    statement.run(...values);
  };
  const addedLabels = (batch: readonly Measurement[]): LabelNumbers => {
    run(addLabels(labelsOf(batch), newestOf(batch)));
    const rows = database.prepare("SELECT text, id FROM labels").raw().all();
    return new Map(rows as Array<[string, number]>);
  };
  let numbers: LabelNumbers | null = null;
  try {
    return cpuOf((batch) => {
      numbers ??= addedLabels(batch);
      const encoded = encodeBatch(batch, numbers);
      if (encoded === null) throw new Error("The first batch lacks a label of a later one.");
      run(upsertMeasurements(encoded, batch[0]?.receivedAt ?? AT));
    });
  } finally {
    database.close();
  }
}
