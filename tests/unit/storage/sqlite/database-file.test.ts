import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../../app/platform/env.server";
import { openDatabase } from "../../../../app/storage/database.server";
import { sqlitePath } from "../../../../app/storage/sqlite/database.server";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const file = (name: string): string => join(folder.path, name);

describe("openDatabase", () => {
  it("rejects a folder with a message", async () => {
    mkdirSync(file("a folder"));
    const open = openDatabase(`file:${file("a%20folder")}`);
    await expect(open).rejects.toThrow(EnvironmentError);
    await expect(open).rejects.toThrow(/^DATABASE_URL names a folder \(.*a folder\); it must name a file\.$/);
  });

  it("rejects a file below a file with a message", async () => {
    writeFileSync(file("plain"), "");
    const open = openDatabase(`file:${file("plain/vitals.db")}`);
    await expect(open).rejects.toThrow(
      /^DATABASE_URL names .*vitals\.db, which can't be written: E[A-Z]+\.$/,
    );
  });
});

describe("sqlitePath", () => {
  it("reads parameters and percent signs as Prisma does", () => {
    expect(sqlitePath(`file:${file("new%20one.db")}?connection_limit=1`)).toBe(file("new one.db"));
  });

  it("rejects a URL when an earlier version named the file by the whole URL", () => {
    writeFileSync(file("old.db?connection_limit=1"), "");
    expect(() => sqlitePath(`file:${file("old.db")}?connection_limit=1`)).toThrow(/rename that file\.$/);
    writeFileSync(file("old.db"), "");
    expect(sqlitePath(`file:${file("old.db")}?connection_limit=1`)).toBe(file("old.db"));
  });
});
