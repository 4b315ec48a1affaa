import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENVIRONMENT_VARIABLES } from "../../app/platform/env.server";

const root = join(import.meta.dirname, "..", "..", "public");
const FOLDERS = ["build", "faro"];

/** A setting's name; not behind `$`, as in a shell command that a page shows. PORT and HOST are just words. */
const settings = ENVIRONMENT_VARIABLES.map(({ name }) => name).filter((name) => name.includes("_"));
const SETTING = new RegExp(`(?<!\\$)\\b(?:${settings.join("|")}|DATABASE_URL|ADMIN_\\w+)\\b`);

/** What has no business in a browser, and what it would betray. */
const SERVER_ONLY: ReadonlyArray<{ what: string; pattern: RegExp }> = [
  { what: "a setting", pattern: SETTING },
  { what: "the environment", pattern: /\bprocess\.env\b/ },
  { what: "a module of Node's", pattern: /["'`]node:\w/ },
  { what: "Prisma", pattern: /prisma/i },
  { what: "the database", pattern: /better-sqlite3|\bweb_vitals_(?:raw|hourly|daily)\b/ },
  { what: "React's server renderer", pattern: /react-dom\/server|renderToString\b/ },
];

const serverOnlyNames = (text: string): string[] =>
  SERVER_ONLY.flatMap(({ what, pattern }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`${what}: ${text.slice(Math.max(0, found.index - 60), found.index + 60)}`];
  });

describe("the browser's part of the build", () => {
  test.each(FOLDERS)("holds nothing of the server in %s", (folder) => {
    const build = join(root, folder);
    expect(
      existsSync(build),
      "There is no build to search; npm test makes one, and so does npm run build.",
    ).toBe(true);
    const files = readdirSync(build, { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.\w+$/.test(file),
    );
    expect(files.some((file) => file.endsWith(".js"))).toBe(true);
    const found = files.flatMap((file) =>
      serverOnlyNames(readFileSync(join(build, file), "utf8")).map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});

describe("the files for browsers", () => {
  test.each(FOLDERS)("are without source maps in %s, which contain the sources", (folder) => {
    const build = join(root, folder);
    const files = readdirSync(build, { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.\w+$/.test(file),
    );
    const mapped = files.filter((file) =>
      readFileSync(join(build, file), "utf8").includes("sourceMappingURL"),
    );
    expect(files.filter((file) => file.endsWith(".map")).concat(mapped)).toEqual([]);
  });
});

describe("the search", () => {
  test.each([
    ["a setting", "const t=e.ADMIN_API_TOKEN"],
    ["a setting", 'if(a["RAW_RETENTION_DAYS"]'],
    ["the environment", "const a=process.env.X"],
    ["a module of Node's", 'import a from"node:fs"'],
    ["Prisma", 'import{PrismaClient as a}from"./x"'],
    ["the database", "SELECT * FROM web_vitals_raw"],
    ["React's server renderer", 'from"react-dom/server"'],
  ])("finds %s in %s", (what, text) => {
    expect(serverOnlyNames(text).map((name) => name.split(":")[0])).toContain(what);
  });

  test("lets a page say how to use a setting", () => {
    expect(serverOnlyNames('curl -H "Authorization: Bearer $ADMIN_API_TOKEN"')).toEqual([]);
  });
});
