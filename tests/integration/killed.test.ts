import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { MAX_MEASUREMENTS } from "../../app/ingest/beacon";
import { DAY } from "../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../support/expected-summaries";
import { measurement } from "../support/measurements";
import { nodeProgram, PROJECT_ROOT } from "../support/node-bundle";
import { CHROME } from "../support/server";
import { Store } from "../support/store";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

/** The whole write side as a server has it, without HTTP: beacons come as messages, and so go the answers. */
const PROGRAM = `
  import { ingest } from "app/runtime/ingest.server";
  import { receiveBeacon } from "app/ingest/receive.server";
  import { rollup } from "app/runtime/rollup.server";
  import { openProcessDatabase } from "app/runtime/database.server";

  const database = await openProcessDatabase();
  const { receiver, onStored } = ingest();
  const { loop, stop } = rollup();
  onStored(() => loop.wake());
  process.on("message", async (message) => {
    if (message === "stop") {
      await stop();
      await database.close();
      process.exit(0);
    }
    const { number, body } = message;
    const headers = { "Content-Type": "application/json", "User-Agent": ${JSON.stringify(CHROME)} };
    const request = new Request("http://cockpit.example/", { method: "POST", headers, body });
    const { status } = await receiveBeacon(request, receiver);
    process.send({ number, status });
  });
  process.send({ ready: true });
`;

type KillAt = { name: string; phase: "start" | "end"; nth?: number; after?: string };
type Report = { id: string; value: number; sequence: number; route: string; buildVersion: string };
type Row = {
  id: string;
  value: number;
  folded_value: number | null;
  sequence: number;
  route: string;
  build_version: string;
  received_at: number;
};
type Told = { ready?: true; number?: number; status?: number };

/** A line of stderr that records a statement. */
const RECORDED = /^statement (.*)\n/gm;

let folder: TemporaryFolder;
let path: string;
let program: string;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  folder = temporaryFolder();
  path = join(folder.path, "vitals.db");
  program = await nodeProgram("write-side", PROGRAM);
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});
afterAll(() => {
  rmSync(program, { force: true });
  folder.remove();
});

/** Every report that was sent, and whether it was acknowledged. */
const sent: Array<{ report: Report; acknowledged: boolean }> = [];
let made = 0;

/** A report of a new measurement, on a route and of a build that nobody has heard of. */
function newReport(known = false): Report {
  made += 1;
  const name = known ? "known" : String(made);
  return { id: `m${made}`, value: made, sequence: 1, route: `/${name}`, buildVersion: name };
}

/** Another report of a measurement that was acknowledged, with another value. */
function repeatedReport(): Report {
  const earlier = sent.filter(({ acknowledged }) => acknowledged).at(-2)?.report ?? newReport();
  made += 1;
  return { ...earlier, value: made, sequence: made };
}

/** A process of the write side, which ends as it is told to in `killAt`. */
class WriteSide {
  readonly child: ChildProcess;
  readonly exit: Promise<[number | null, NodeJS.Signals | null]>;
  readonly #answers = new Map<number, (status: number) => void>();
  #ready = (): void => {};
  #stderr = "";

  constructor(killAt: KillAt | null, env: Record<string, string> = {}) {
    const preload = join(PROJECT_ROOT, "tests", "support", "kill-at-statement.mjs");
    this.child = spawn(process.execPath, ["--import", preload, program], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        DATABASE_URL: `file:${path}`,
        MAX_NEW_BUILDS_PER_DAY: "100000",
        KILL_AT: JSON.stringify(killAt),
        ...env,
      },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    children.add(this.child);
    this.child.stderr?.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    this.exit = once(this.child, "close") as typeof this.exit;
    this.child.on("message", ({ ready, number, status }: Told) => {
      if (ready) this.#ready();
      if (number !== undefined && status !== undefined) this.#answers.get(number)?.(status);
    });
  }

  /** The statements that it recorded until it ended. */
  get statements(): string[] {
    return [...this.#stderr.matchAll(RECORDED)].map(([, name = ""]) => name);
  }

  /** Fulfilled when it takes beacons, or is dead already. */
  async started(): Promise<this> {
    await Promise.race([new Promise<void>((resolve) => (this.#ready = resolve)), this.exit]);
    return this;
  }

  /** Sends reports as one beacon; they are acknowledged, or the process dies. */
  async send(...reports: Report[]): Promise<void> {
    const entries = reports.map((report) => ({ report, acknowledged: false }));
    sent.push(...entries);
    await this.#deliver(entries);
  }

  /** Sends everything again that was never acknowledged, as a browser would. */
  async sendAgain(): Promise<void> {
    const open = sent.filter(({ acknowledged }) => !acknowledged);
    for (let i = 0; i < open.length; i += MAX_MEASUREMENTS) {
      await this.#deliver(open.slice(i, i + MAX_MEASUREMENTS));
    }
  }

  async #deliver(entries: typeof sent): Promise<void> {
    if (entries.length === 0 || !this.child.connected) return;
    const number = this.#answers.size;
    const answer = new Promise<number>((resolve) => this.#answers.set(number, resolve));
    const measurements = entries.map(({ report }) => ({
      ...report,
      name: "LCP",
      url: `https://shop.example/${report.id}`,
    }));
    this.child.send({ number, body: JSON.stringify({ measurements }) }, () => {});
    const status = await Promise.race([answer, this.exit.then(() => null)]);
    if (status === null) return;
    expect(status).toBe(204);
    for (const entry of entries) entry.acknowledged = true;
  }

  async stop(): Promise<void> {
    this.child.send("stop");
    const [code] = await this.exit;
    expect({ code, stderr: this.#stderr.replace(RECORDED, "") }).toEqual({ code: 0, stderr: "" });
  }
}

/**
 * What must hold at every instant: whatever was acknowledged is stored once, with the value of its last report or
 * of one that came later; and the summaries say exactly what the values say that are marked as folded.
 */
function checkStore(): void {
  const sql = new SQLite(path);
  const rows = <Row>(statement: string) => sql.prepare(statement).all() as Row[];
  try {
    const raw = rows<Row>("SELECT * FROM web_vitals_raw");
    const stored = new Map(raw.map((row) => [row.id, row]));
    for (const { report, acknowledged } of sent) {
      const row = stored.get(report.id);
      if (acknowledged) expect(row?.sequence, report.id).toBeGreaterThanOrEqual(report.sequence);
      if (row?.sequence === report.sequence) expect(row.value, report.id).toBe(report.value);
    }
    const folded = raw.flatMap(({ id, folded_value: value, route, build_version: buildVersion, ...row }) =>
      value === null
        ? []
        : [
            measurement({
              id,
              value,
              route,
              buildVersion,
              receivedAt: row.received_at,
              navigationType: null,
            }),
          ],
    );
    expect(storedSummaries({ rows })).toEqual(expectedSummaries(folded));
    for (const table of ["release_traffic", "routes"]) {
      expect(rows(`SELECT coalesce(sum(samples), 0) AS n FROM ${table}`)).toEqual([{ n: folded.length }]);
    }
  } finally {
    sql.close();
  }
}

/** The statements of a commit and of the fold, from a process that does both and is left alone. */
async function recordStatements(): Promise<string[]> {
  const process = await new WriteSide(null, { RECORD_STATEMENTS: "1" }).started();
  await process.send(newReport(true), newReport());
  await process.send(newReport(true));
  await process.stop();
  return [...new Set(process.statements)].filter(
    (name) => !/^(delete|release|openPeriods)/.test(name) && isTelling(name),
  );
}

/**
 * Killed at one that only reads, the database is as it was at the one before. Of those that are the same for each
 * table of summaries, the first and the last one tell.
 */
const isTelling = (name: string): boolean =>
  !/^(select(?!Pending)|count)/.test(name) &&
  (!name.includes(".") || /\.web_vitals_five_minutes(_totals)?$/.test(name));

it("a process killed at any writing statement of a commit or fold loses no acknowledged measurement and doubles none", async () => {
  const names = await recordStatements();
  expect(names).toEqual(
    expect.arrayContaining([
      "acquireWriterLock",
      "advanceSequence",
      "admitRoutes",
      "upsertMeasurements",
      "selectPending",
      "markFolded",
    ]),
  );
  const points: KillAt[] = [
    ...names.map((name): KillAt => ({ name, phase: "start" })),
    { name: "advanceSequence", phase: "end" },
    // Stored without a transaction of its own, and not yet acknowledged.
    { name: "upsertMeasurements", phase: "end", nth: 2 },
    { name: "COMMIT", phase: "start", after: "upsertMeasurements" },
    { name: "COMMIT", phase: "end", after: "upsertMeasurements" },
    { name: "markFolded", phase: "end" },
    { name: "COMMIT", phase: "start", after: "markFolded" },
    { name: "COMMIT", phase: "end", after: "markFolded" },
  ];
  for (const point of points) {
    const process = await new WriteSide(point).started();
    await process.sendAgain();
    await process.send(newReport(), newReport(true));
    await process.send(newReport(true), repeatedReport());
    expect(await process.exit, JSON.stringify(point)).toEqual([null, "SIGKILL"]);
    checkStore();
  }

  const last = await new WriteSide(null).started();
  await last.sendAgain();
  await last.stop();
  expect(sent.filter(({ acknowledged }) => !acknowledged)).toEqual([]);
  checkStore();
  const store = await Store.open({ path });
  const ids = new Set(sent.map(({ report }) => report.id));
  expect(store.value("SELECT count(*) FROM web_vitals_raw WHERE folded_value = value")).toBe(ids.size);
  await store.closePeriods(Date.now() + 2 * DAY);
  for (const table of ["web_vitals_hourly", "web_vitals_daily", "web_vitals_daily_totals"]) {
    expect(store.value(`SELECT sum(samples) FROM ${table}`)).toBe(ids.size);
  }
  await store.close();
});
