import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../app/storage/sql";
import { runScript } from "../support/script";
import { Store } from "../support/store";

let store: Store;
beforeEach(async () => {
  store = await Store.open();
});
afterEach(() => store.close());

const insert = (key: string) => sql`INSERT INTO settings (key, value) VALUES (${key}, '1')`;
const update = (key: string) => sql`UPDATE settings SET value = '2' WHERE key = ${key}`;
const written = () => store.rows("SELECT key, value FROM settings WHERE key LIKE 'test:%' ORDER BY key");

describe("a script", () => {
  it("writes all of its statements in their order, and counts the rows of each", async () => {
    const result = await runScript(store.database, (script) => {
      script.execute("insert", insert("test:a"));
      script.execute("update", update("test:%"), 0);
      script.execute("update", update("test:a"), 1);
    });
    expect(result).toMatchObject({ refusedBy: null, changed: [1, 0, 1] });
    expect(result.ms).toBeGreaterThanOrEqual(0);
    expect(written()).toEqual([{ key: "test:a", value: "2" }]);
  });

  it("writes nothing where a statement changes another number of rows than it must", async () => {
    const result = await runScript(store.database, (script) => {
      script.execute("insert", insert("test:a"));
      script.execute("update", update("test:b"), 1);
      script.execute("insert", insert("test:c"));
    });
    expect(result).toMatchObject({ refusedBy: "update", changed: [1, 0] });
    expect(written()).toEqual([]);
  });

  it("writes nothing where a statement fails, and leaves nothing open", async () => {
    const failing = runScript(store.database, (script) => {
      script.execute("insert", insert("test:a"));
      script.execute("insert", insert("test:a"));
    });
    await expect(failing).rejects.toThrow(/unique/i);
    expect(written()).toEqual([]);
    await runScript(store.database, (script) => script.execute("insert", insert("test:a")));
    expect(written()).toHaveLength(1);
  });
});
