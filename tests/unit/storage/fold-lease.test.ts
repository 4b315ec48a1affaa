import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Database } from "../../../app/storage/database.server";
import { LeaseLostError, withFoldLease } from "../../../app/storage/fold-lease.server";
import { POSTGRESQL } from "../../../app/storage/postgresql/engine";
import { Script } from "../../../app/storage/script";
import { sql } from "../../../app/storage/sql";
import type { Statements } from "../../../app/storage/statements.server";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("withFoldLease releases the lease after a renewal that is under way", async () => {
  const ended: string[] = [];
  let answer: (() => void) | null = null;
  let queries = 0;
  const statements: Statements = {
    engine: POSTGRESQL,
    query: async (_name, row) => {
      queries += 1;
      const query = queries === 1 ? "acquired" : "renewed";
      if (queries > 1) await new Promise<void>((resolve) => (answer = resolve));
      ended.push(query);
      return [row().parse({ until: 1 })];
    },
    execute: async () => {
      ended.push("released");
      return 1;
    },
  };
  const database: Database = {
    read: statements,
    write: statements,
    transaction: (_kind, work) => work(statements),
    script: () => Promise.reject(new Error("Nothing writes here.")),
    isDamaged: () => false,
    close: async () => {},
  };
  const folded = withFoldLease(database, async () => {
    await vi.advanceTimersByTimeAsync(2_000);
  });
  await vi.advanceTimersByTimeAsync(0);
  await expect.poll(() => answer).not.toBeNull();
  (answer as unknown as () => void)();
  await folded;
  expect(ended).toEqual(["acquired", "renewed", "released"]);
});

it("withFoldLease fails a script whose holder has lost the lease, and leaves other refusals to it", async () => {
  let refusedBy = "renewLease";
  const ran: string[][] = [];
  const statements: Statements = {
    engine: POSTGRESQL,
    query: async (_name, row) => [row().parse({ until: 1 })],
    execute: async () => 1,
  };
  const database: Database = {
    read: statements,
    write: statements,
    transaction: (_kind, work) => work(statements),
    script: async (_kind, _name, { steps }) => {
      ran.push(steps.map(({ name, changes }) => `${name} ${changes}`));
      return { refusedBy, changed: [1, 0], ms: 1, othersVersion: null };
    },
    isDamaged: () => false,
    close: async () => {},
  };
  const write = () =>
    withFoldLease(database, (leased) => {
      const script = new Script(POSTGRESQL);
      script.execute("update", sql`UPDATE settings SET value = 1`);
      return leased.script("repeatable", "test", script);
    });
  await expect(write()).rejects.toBeInstanceOf(LeaseLostError);
  refusedBy = "update";
  expect(await write()).toMatchObject({ refusedBy: "update", changed: [1] });
  expect(ran).toEqual(Array.from({ length: 2 }, () => ["update null", "renewLease 1"]));
});
