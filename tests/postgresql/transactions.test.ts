import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { type Database, openDatabase } from "../../app/storage/database.server";
import { rowOf } from "../../app/storage/row-schema";
import { Script } from "../../app/storage/script";
import { sql } from "../../app/storage/sql";
import { createDatabase, dropDatabase } from "../support/postgresql/databases";

let url: string;
let database: Database;
beforeEach(async () => {
  url = await createDatabase(inject("postgresql"));
  database = await openDatabase(url);
});
afterEach(async () => {
  await database.close();
  await dropDatabase(url);
});

const insert = (key: string) => sql`INSERT INTO settings (key, value) VALUES (${key}, '')`;

const keys = async (): Promise<string[]> => {
  const rows = await database.read.query(
    "keys",
    rowOf({ key: z.string() }),
    sql`SELECT key FROM settings ORDER BY key`,
  );
  return rows.map(({ key }) => key);
};

describe("a script on PostgreSQL", () => {
  const scriptOf = (key: string, changes: number): Script => {
    const script = new Script(database.read.engine);
    script.execute("insert", insert(key), changes);
    // Another connection, which sees what is committed.
    script.executeAfterwards(
      "copy",
      sql`INSERT INTO settings (key, value) SELECT key || '''', value FROM settings`,
    );
    return script;
  };

  it("runs its statements for afterwards once it is committed, and none where it is refused", async () => {
    expect((await database.script("repeatable", "test", scriptOf("refused", 2))).refusedBy).toBe("insert");
    expect(await keys()).toEqual([]);
    expect((await database.script("repeatable", "test", scriptOf("a", 1))).refusedBy).toBeNull();
    expect(await keys()).toEqual(["a", "a'"]);
  });

  it("succeeds where a statement for afterwards fails", async () => {
    await database.write.execute("insert", insert("a'"));
    const result = await database.script("repeatable", "test", scriptOf("a", 1));
    expect(result).toMatchObject({ refusedBy: null, changed: [1] });
    expect(await keys()).toEqual(["a", "a'"]);
  });
});

describe("a transaction on PostgreSQL", () => {
  it("fails with the error of a statement that its work ignored", async () => {
    const transaction = database.transaction("urgent", async (tx) => {
      await tx.execute("first", insert("a"));
      await tx.execute("second", insert("a")).catch(() => {});
    });
    await expect(transaction).rejects.toMatchObject({ code: "23505" });
    expect(await keys()).toEqual([]);
  });

  it("is rolled back by an error of its work, and its connection serves the next one", async () => {
    for (let i = 0; i < 20; i += 1) {
      const transaction = database.transaction("urgent", async (tx) => {
        await tx.execute("insert", insert("a"));
        throw new Error("own");
      });
      await expect(transaction).rejects.toThrow(/^own$/);
    }
    await database.transaction("urgent", (tx) => tx.execute("insert", insert("b")));
    expect(await keys()).toEqual(["b"]);
  });

  it("runs statements that were started at once one after the other", async () => {
    await database.transaction("urgent", (tx) =>
      Promise.all(["c", "a", "b"].map((key) => tx.execute("insert", insert(key)))),
    );
    expect(await keys()).toEqual(["a", "b", "c"]);
  });

  it("waits for a lock for 5 seconds at most, and leaves that setting to no other client of a pool", async () => {
    const row = rowOf({ timeout: z.string() });
    const statement = sql`SELECT current_setting('lock_timeout') AS timeout`;
    const within = await database.transaction("urgent", (tx) => tx.query("timeout", row, statement));
    const outside = await Promise.all(
      Array.from({ length: 10 }, () => database.write.query("timeout", row, statement)),
    );
    expect(within).toEqual([{ timeout: "5s" }]);
    expect(outside.flat()).toEqual(outside.map(() => ({ timeout: "0" })));
  });
});
