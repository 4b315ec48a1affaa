import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { idText, packId, timeOfPackedId } from "../../../../app/storage/sqlite/packed-id";
import { examples } from "../../../support/measurements";

const sql = new SQLite(":memory:");
afterAll(() => sql.close());

const decode = sql.prepare(`SELECT ${idText("id").sql} FROM (SELECT coalesce(unhex(?), ?) AS id)`).pluck();

/** What SQLite reads of a stored id. */
const stored = (id: string): unknown => {
  const packed = packId(id);
  return decode.get(packed, packed === null ? id : null);
};

describe("packId", () => {
  it.each([2, 3, 4, 5, 6, 10, 255])("makes 12 bytes of an id of web-vitals %d", (version) => {
    for (const time of [0, 1_795_394_560_724, 2 ** 44 - 1]) {
      for (const random of [0, 1_000_000_000_000, 9_999_999_999_999, 2 ** 44 - 1]) {
        const id = `v${version}-${time}-${random}`;
        expect(packId(id)).toMatch(/^[0-9a-f]{24}$/);
        expect(stored(id)).toBe(id);
      }
    }
  });

  it.each([
    "",
    "v6",
    "v06-1795394560724-8298155793737",
    "v6-01795394560724-8298155793737",
    "v6-1795394560724-08298155793737",
    "v256-1795394560724-8298155793737",
    "v6-17592186044416-8298155793737",
    "v6-1795394560724-17592186044416",
    "V6-1795394560724-8298155793737",
    "v6-1795394560724-8298155793737 ",
    "v6-1795394560724-8298155793737\n",
    "v6--1795394560724-8298155793737",
    "v6-1795394560724-829815579373.5",
    "v6-1795394560724",
    "0617ee0a5d2d40000000000001",
    "1795394560724-8298155793737",
  ])("leaves %j as it is", (id) => {
    expect(packId(id)).toBeNull();
    expect(stored(id)).toBe(id);
  });

  it("loses nothing of any id", () => {
    const number = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.integer({ min: 1e12, max: 1e13 })).map(String);
    const like = fc.tuple(fc.constantFrom("v", "V", ""), number, number, number);
    const ids = fc.oneof(
      like.map(([letter, ...numbers]) => letter + numbers.join("-")),
      fc.string(),
      fc.stringMatching(/^v\d{1,4}-\d{0,15}-\d{0,15}$/),
    );
    fc.assert(
      fc.property(ids, (id) => {
        fc.pre(!id.includes("\0"));
        expect(stored(id)).toBe(id);
      }),
      examples(2_000),
    );
  });

  it("sorts like the ids of one version and one number of digits", () => {
    const ids = [1e12, 2e12, 9_999_999_999_999].flatMap((n) => [
      `v6-1795394560724-${n}`,
      `v6-1795394560725-${n}`,
    ]);
    expect(ids.map((id) => packId(id)).sort()).toEqual([...ids].sort().map((id) => packId(id)));
  });
});

describe("timeOfPackedId", () => {
  it("is the time that web-vitals wrote", () => {
    const time = sql.prepare(`SELECT ${timeOfPackedId("id").sql} FROM (SELECT unhex(?) AS id)`).pluck();
    expect(time.get(packId("v6-1795394560724-8298155793737"))).toBe(1_795_394_560_724);
  });
});

describe("web_vitals_raw", () => {
  const root = join(import.meta.dirname, "../../../../prisma/sqlite/migrations");
  const database = new SQLite(":memory:");
  afterAll(() => database.close());
  for (const name of readdirSync(root)
    .filter((entry) => !entry.includes("."))
    .sort()) {
    database.exec(readFileSync(join(root, name, "migration.sql"), "utf8"));
  }
  const view = database.prepare("SELECT sql FROM sqlite_master WHERE name = 'web_vitals_raw'").pluck().get();

  it("has the ids as they were sent", () => {
    const insert = database.prepare(
      "INSERT INTO measurements (received_at, id, metric, value, route, build, device, navigation, stored_after) " +
        "VALUES (?, coalesce(unhex(?), ?), 1, 10, 1, 1, 0, 0, 0)",
    );
    const ids = [
      "v6-1795394560724-8298155793737",
      "v0-0-0",
      `v255-${2 ** 44 - 1}-${2 ** 44 - 1}`,
      "v6",
      "",
      "é",
    ];
    for (const [at, id] of ids.entries()) {
      const packed = packId(id);
      insert.run(at, packed, packed === null ? id : null);
    }
    expect(database.prepare("SELECT id FROM web_vitals_raw ORDER BY received_at").pluck().all()).toEqual(ids);
  });

  it("needs nothing that SQLite 3.37 lacks, which Debian's tools are newer than", () => {
    expect(view).not.toMatch(/->|\b(?:0x|unhex|json)/i);
  });
});
