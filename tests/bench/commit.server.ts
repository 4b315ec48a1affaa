import Sqlite from "better-sqlite3";
import { createCappedStore } from "../../app/ingest/cardinality-limits.server";
import { GroupCommit } from "../../app/ingest/group-commit";
import { monotonic } from "../../app/platform/clock.server";
import { openDatabase } from "../../app/storage/database.server";
import { DEVICE_CODES, METRIC_CODES, navigationCode, valueCode } from "../../app/storage/sqlite/codes";
import { packAttribution } from "../../app/storage/sqlite/packed-attribution";
import { packId } from "../../app/storage/sqlite/packed-id";
import type { Measurement } from "../../app/vitals/measurement";
import { measurementsOf, PER_BEACON } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { toFigure } from "./figures";
import { alternate } from "./rounds";

const ROUNDS = 7;
const BEACONS = 8_000;
const SENDERS = 800;

/** The configuration of the application's buffer. */
const CAPACITY = 20_000;
const MAX_BATCH = 2_000;
const LIMITS = { maxRoutes: 1_000, maxNewBuildsPerDay: 50 };

export const AT = Date.UTC(2026, 10, 22, 10);

export const commitBench: Bench = async ({ workplace }) => {
  const beacons = Array.from({ length: BEACONS }, (_, view) => measurementsOf(view, AT));
  const rounds = await alternate(ROUNDS, {
    directly: () => insertDirectly(workplace, beacons),
    inGroups: () => commitInGroups(workplace, beacons),
  });
  return [
    toFigure({
      bench: "commit",
      name: "group commit",
      unit: "measurements/s",
      rounds: rounds.inGroups,
      baseline: { name: "better-sqlite3, one prepared transaction", rounds: rounds.directly },
      target: { of: "ratio", atLeast: 0.5 },
      sample:
        `${ROUNDS} rounds of ${BEACONS} beacons of ${PER_BEACON} from ${SENDERS} senders into an empty file; ` +
        "baseline: the same rows, packed before, by a plain INSERT, all in one transaction",
    }),
  ];
};

const perSecond = (beacons: readonly unknown[], ms: number): number =>
  (1000 * PER_BEACON * beacons.length) / ms;

/** Every sender waits for the commit of a beacon before it sends the next, like a connection. */
async function commitInGroups(
  workplace: BenchContext["workplace"],
  beacons: readonly Measurement[][],
): Promise<number> {
  workplace.remove("commit.db");
  const database = await openDatabase(`file:${workplace.file("commit.db")}`);
  try {
    const store = createCappedStore(database, LIMITS);
    const buffer = new GroupCommit({
      store: (batch) => store(batch, AT),
      capacity: CAPACITY,
      maxBatch: MAX_BATCH,
      monotonic,
    });
    const queue = beacons.values();
    const start = monotonic();
    const sender = async (): Promise<void> => {
      for (const beacon of queue) await buffer.commit(beacon);
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    const ms = monotonic() - start;
    await buffer.close();
    return perSecond(beacons, ms);
  } finally {
    await database.close();
  }
}

/** Plain inserts of all beacons in one durable transaction; returns measurements per second. */
export async function insertDirectly(
  workplace: BenchContext["workplace"],
  beacons: readonly Measurement[][],
): Promise<number> {
  workplace.remove("direct.db");
  const file = workplace.file("direct.db");
  await (await openDatabase(`file:${file}`)).close();
  const database = new Sqlite(file);
  try {
    for (const pragma of ["journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"]) {
      database.pragma(pragma);
    }
    const labels = new Map<string, number>();
    const insertLabel = database.prepare("INSERT INTO labels (text, used_until) VALUES (?, ?)");
    const labelOf = (text: string | null): number | null => {
      if (text === null) return null;
      const known = labels.get(text) ?? Number(insertLabel.run(text, AT).lastInsertRowid);
      labels.set(text, known);
      return known;
    };
    const insert = database.prepare(
      `INSERT INTO measurements (
        id, metric, value, sequence, route, build, device, navigation, received_at, stored_after,
        library, element, resource, attribution, pending
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, 1)`,
    );
    const rows = beacons.flat().map((measurement) => rowOf(measurement, labelOf));
    const insertAll = database.transaction(() => {
      for (const row of rows) insert.run(row);
    });
    const start = monotonic();
    insertAll();
    return perSecond(beacons, monotonic() - start);
  } finally {
    database.close();
  }
}

function rowOf(m: Measurement, labelOf: (text: string | null) => number | null): unknown[] {
  const { element, resource, fields } = packAttribution(m.metric, m.attribution);
  return [
    Buffer.from(packId(m.id) ?? "", "hex"),
    METRIC_CODES[m.metric],
    valueCode(m.value),
    m.sequence,
    labelOf(m.route),
    labelOf(m.buildVersion),
    DEVICE_CODES[m.device],
    navigationCode(m.navigationType, null),
    m.receivedAt,
    labelOf(m.library),
    labelOf(element),
    labelOf(resource),
    fields === null ? null : Buffer.from(fields, "hex"),
  ];
}
