import Sqlite from "better-sqlite3";
import { createCappedStore } from "../../app/ingest/cardinality-limits.server";
import { GroupCommit } from "../../app/ingest/group-commit";
import { monotonic } from "../../app/platform/clock.server";
import { openDatabase } from "../../app/storage/database.server";
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

export const commitBench: Bench = {
  title: "measurements through the group commit without HTTP, synchronous=FULL",
  async run({ workplace }) {
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
          "baseline: the same rows by a plain INSERT, all in one transaction",
      }),
    ];
  },
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
    const insert = database.prepare(
      `INSERT INTO web_vitals_raw (
        id, metric, value, sequence, route, build_version, device, navigation_type, received_at, stored_at,
        library, attribution
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const rows = beacons.flat().map(rowOf);
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

const rowOf = (m: Measurement) => [
  m.id,
  m.metric,
  m.value,
  m.sequence,
  m.route,
  m.buildVersion,
  m.device,
  m.navigationType,
  m.receivedAt,
  AT,
  m.library,
  JSON.stringify(m.attribution),
];
