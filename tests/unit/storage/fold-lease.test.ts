import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Database } from "../../../app/storage/database.server";
import { withFoldLease } from "../../../app/storage/fold-lease.server";
import { POSTGRESQL } from "../../../app/storage/postgresql/engine";
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
  await vi.waitFor(() => expect(answer).not.toBeNull());
  (answer as unknown as () => void)();
  await folded;
  expect(ended).toEqual(["acquired", "renewed", "released"]);
});
