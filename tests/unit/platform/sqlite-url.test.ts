import { describe, expect, it } from "vitest";
import { parseSqliteUrl, sqliteUrl } from "../../../app/platform/sqlite-url";

describe("parseSqliteUrl", () => {
  it.each([
    ["file:./data/vitals.db", "./data/vitals.db"],
    ["file:vitals.db", "vitals.db"],
    ["file:/var/lib/vitals.db", "/var/lib/vitals.db"],
    ["file:///var/lib/vitals.db", "/var/lib/vitals.db"],
    ["file://localhost/var/lib/vitals.db", "/var/lib/vitals.db"],
    ["file:./my%20data/caf%C3%A9.db", "./my data/café.db"],
    ["file:./my data/vitals.db", "./my data/vitals.db"],
    ["file:./dev.db?connection_limit=1", "./dev.db"],
    ["file:./a%3Fb%25.db", "./a?b%.db"],
    ["file:./a#b.db", "./a#b.db"],
  ])("reads %s as %s", (url, path) => {
    expect(parseSqliteUrl(url)).toEqual({ path });
  });

  it.each([
    ["file:./dev.db?mode=memory", /parameter mode/],
    ["file:./dev.db?connection_limit=1&socket_timeout=5", /parameter socket_timeout/],
    ["file:./100%.db", /percent sign/],
    ["file:", /must be a SQLite file/],
    ["file:?connection_limit=1", /must be a SQLite file/],
    ["file::memory:", /memory/],
    ["file:memory:?cache=shared", /parameter cache/],
    ["file:~/vitals.db", /only a shell replaces/],
    ["file:./data/", /names a folder/],
  ])("rejects %s", (url, problem) => {
    expect(parseSqliteUrl(url)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it("reads what sqliteUrl writes", () => {
    for (const path of ["/tmp/a", "/tmp/100% é?x=1#y z", "data/%20.db"]) {
      expect(parseSqliteUrl(sqliteUrl(path))).toEqual({ path });
    }
  });
});
