import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ALLOWED, BEFORE_THE_BUILD, findViolations } from "./layout-rules";
import { readSources } from "./source-files";

const root = join(import.meta.dirname, "..", "..");

const shown = (sources: Record<string, string>): string[] =>
  findViolations(new Map(Object.entries(sources))).map(
    ({ file, line, problem }) => `${file}:${line} ${problem}`,
  );

describe("the layout of app/", () => {
  const sources = readSources(root, "app");

  test("no file breaks a rule", () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(findViolations(sources)).toEqual([]);
  });

  test("every folder has a place in the table", () => {
    const folders = readdirSync(join(root, "app"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(Object.keys(ALLOWED)).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
  });

  test("what runs before the build exists", () => {
    expect([...BEFORE_THE_BUILD].filter((file) => !sources.has(file))).toEqual([]);
  });
});

describe("the table", () => {
  test("has no way round in a circle", () => {
    const order: string[] = [];
    const visit = (folder: string, way: readonly string[]): void => {
      expect(way).not.toContain(folder);
      for (const next of ALLOWED[folder] ?? []) if (next !== folder) visit(next, [...way, folder]);
      if (!order.includes(folder)) order.push(folder);
    };
    // What may import nearly everything is checked by name: nothing imports it back.
    const tops = ["routes", "cli", "(root)"];
    for (const folder of Object.keys(ALLOWED)) if (!tops.includes(folder)) visit(folder, []);
    for (const folder of order) {
      for (const top of tops) expect(ALLOWED[folder]).not.toContain(top);
    }
  });

  test("nobody imports the tracker, the set-up or another's route", () => {
    for (const targets of Object.values(ALLOWED)) {
      expect(targets).not.toContain("tracker");
      expect(targets).not.toContain("setup");
      expect(targets).not.toContain("routes");
    }
  });
});

const other = {
  "app/vitals/a.ts": "",
  "app/storage/a.server.ts": "",
  "app/query/a.ts": "",
  "app/ingest/a.ts": "",
};

describe("circles of imports", () => {
  test("are found, however long, and types count", () => {
    const circle = {
      "app/query/a.ts": 'import { b } from "./b";',
      "app/query/b.ts": 'import type { C } from "./deeper/c";',
      "app/query/deeper/c.ts": 'import { a } from "../a";',
    };
    expect(shown(circle)).toEqual([
      "app/query/a.ts:1 imports itself: app/query/a.ts -> app/query/b.ts -> app/query/deeper/c.ts -> app/query/a.ts",
    ]);
  });

  test("are not two ways to one file", () => {
    const diamond = {
      "app/query/a.ts": 'import { b } from "./b";\nimport { c } from "./c";',
      "app/query/b.ts": 'import { d } from "./d";',
      "app/query/c.ts": 'import { d } from "./d";',
      "app/query/d.ts": "",
    };
    expect(shown(diamond)).toEqual([]);
  });
});

describe("every arrow that is not in the table is found", () => {
  test.each([
    ["static", 'import { a } from "../ingest/a";'],
    ["for its effect", 'import "../ingest/a";'],
    ["of a type", 'import type { A } from "../ingest/a";'],
    ["of a type, inline", 'import { type A } from "../ingest/a";'],
    ["re-exported", 'export { a } from "../ingest/a";'],
    ["re-exported, all", 'export * from "../ingest/a";'],
    ["dynamic", 'const a = await import("../ingest/a");'],
    ["required", 'const a = require("../ingest/a");'],
    ["required by TypeScript", 'import a = require("../ingest/a");'],
    ["in a type", 'export type A = import("../ingest/a").A;'],
    ["with an extension", 'import { a } from "../ingest/a.ts";'],
    ["the long way round", 'import { a } from "../../app/ingest/../ingest/a";'],
  ])("%s", (_, text) => {
    const found = shown({ ...other, "app/presenters/b.ts": `\n${text}` });
    expect(found[0]).toBe("app/presenters/b.ts:2 imports app/ingest/a.ts: presenters may not import ingest");
  });

  test.each([
    ["app/vitals/b.ts", "../stats/a"],
    ["app/platform/b.ts", "../vitals/a"],
    ["app/platform/b.ts", "../server/a"],
    ["app/server/b.ts", "../vitals/a"],
    ["app/server/b.ts", "../storage/a.server"],
    ["app/server/b.mjs", "../setup/a.mjs"],
    ["app/setup/b.mjs", "../platform/a"],
    ["app/setup/b.mjs", "../server/a.mjs"],
    ["app/setup/b.mjs", "../tracker/build.mjs"],
    ["app/query/b.ts", "../server/a"],
    ["app/routes/b.ts", "../setup/a.mjs"],
    ["app/cli/b.ts", "../setup/a.mjs"],
    ["app/stats/b.ts", "../platform/a"],
    ["app/storage/b.server.ts", "../ingest/a"],
    ["app/ingest/b.ts", "../rollup/a"],
    ["app/ingest/b.ts", "../query/a"],
    ["app/rollup/b.ts", "../presenters/a"],
    ["app/query/b.ts", "../ingest/a"],
    ["app/query/b.ts", "../rollup/a"],
    ["app/query/b.ts", "../presenters/a"],
    ["app/presenters/b.ts", "../rollup/a"],
    ["app/components/b.tsx", "../query/a"],
    ["app/islands/b.ts", "../query/a"],
    ["app/observability/b.ts", "../ingest/a"],
    ["app/observability/b.ts", "../rollup/a"],
    ["app/ingest/b.ts", "../runtime/a"],
    ["app/query/b.ts", "../runtime/a"],
    ["app/observability/b.ts", "../runtime/a"],
    ["app/auth/b.ts", "../runtime/a"],
    ["app/runtime/b.ts", "../cli/a"],
    ["app/runtime/b.ts", "../routes/a"],
    ["app/runtime/b.ts", "../setup/a.mjs"],
    ["app/auth/b.ts", "../query/a"],
    ["app/tracker/b.ts", "../vitals/a"],
    ["app/routes/b.ts", "./a"],
    ["app/routes/b.ts", "../tracker/a"],
    ["app/cli/b.ts", "../tracker/a"],
    ["app/cli/b.ts", "../routes/a"],
    ["app/entry.server.tsx", "./tracker/a"],
    ["app/entry.server.tsx", "./routes/a"],
    ["app/entry.client.tsx", "./vitals/a"],
    ["app/components/b.tsx", "../root"],
    ["app/routes/b.ts", "../../tests/a"],
    ["app/unheard-of/b.ts", "../vitals/a"],
  ])("%s may not import %s", (file, specifier) => {
    expect(shown({ [file]: `import { a } from "${specifier}";` })).toHaveLength(1);
  });

  test.each([
    ["app/stats/b.ts", "../vitals/a"],
    ["app/storage/b.server.ts", "../platform/a.server"],
    ["app/ingest/b.server.ts", "../storage/a.server"],
    ["app/ingest/b.server.ts", "../server/a.server"],
    ["app/server/b.server.ts", "../platform/a.server"],
    ["app/presenters/b.ts", "../query/a"],
    ["app/components/b.tsx", "../presenters/a"],
    ["app/routes/b.ts", "../storage/a.server"],
    ["app/cli/b.ts", "../rollup/a"],
    ["app/entry.server.tsx", "./components/a"],
    ["app/entry.client.tsx", "./islands/a"],
    ["app/tracker/b.ts", "./a"],
  ])("%s may import %s", (file, specifier) => {
    expect(shown({ [file]: `import { a } from "${specifier}";` })).toEqual([]);
  });
});

describe("the special rules", () => {
  test.each([
    ["only storage imports Prisma", "app/query/b.server.ts", 'import { Prisma } from "@prisma/client";'],
    ["only storage opens a database", "app/rollup/b.server.ts", 'import Database from "better-sqlite3";'],
    ["only islands import uPlot", "app/components/b.tsx", 'import uPlot from "uplot";'],
    ["and its style", "app/root.tsx", 'import "uplot/dist/uPlot.min.css";'],
    ["pure folders have no Node modules", "app/vitals/b.ts", 'import { readFileSync } from "node:fs";'],
    ["under their old names", "app/presenters/b.ts", 'import { readFileSync } from "fs";'],
    ["nor server modules", "app/presenters/b.ts", 'import type { A } from "../query/a.server";'],
    ["nor do components", "app/components/b.tsx", 'import { a } from "../presenters/a.server";'],
    ["set-up loads no package", "app/setup/b.mjs", 'import { build } from "esbuild";'],
    ["and no tracker, which does", "app/setup/build.mjs", 'import { a } from "../tracker/build.mjs";'],
    ["browsers have no Node modules", "app/islands/b.ts", 'import { join } from "node:path";'],
    ["process.env", "app/ingest/b.ts", "export const a = process.env.PORT;"],
    ["process.env, in brackets", "app/ingest/b.ts", 'export const a = process["env"];'],
    ["process.env, of globalThis", "app/ingest/b.ts", "export const a = globalThis.process.env.PORT;"],
    ["process.env, taken apart", "app/ingest/b.ts", "const { env } = process;"],
    ["process.env, imported", "app/ingest/b.ts", 'import { env as e } from "node:process";'],
    ["process.env, elsewhere in platform", "app/platform/b.server.ts", "export const a = process.env;"],
    ["the time", "app/query/b.ts", "export const a = Date.now();"],
    ["the time, handed on", "app/query/b.ts", "export const a = Date.now;"],
    ["the time as a date", "app/query/b.ts", "export const a = new Date();"],
    ["the time as a date, without brackets", "app/query/b.ts", "export const a = new Date;"],
    ["the time as a text", "app/query/b.ts", "export const a = Date();"],
    ["the time since the start", "app/cli/b.ts", "export const a = performance.now();"],
    ["the time in nanoseconds", "app/cli/b.ts", "export const a = process.hrtime.bigint();"],
    ["an import that nobody can follow", "app/cli/b.ts", "const a = await import(name);"],
    ["composed signals", "app/cli/b.ts", "const a = AbortSignal.any([]);"],
    ["a barrel", "app/vitals/index.ts", 'export * from "./a";'],
    ["a name", "app/vitals/someThing.ts", ""],
    ["a long file", "app/vitals/b.ts", "\n".repeat(300) + 1],
    ["a long route", "app/routes/b.ts", "\n".repeat(120) + 1],
  ])("%s", (_, file, text) => {
    expect(shown({ [file]: text })).toHaveLength(1);
  });

  test.each([
    ["a late package in set-up", "app/setup/b.mjs", 'const a = await import("esbuild");'],
    ["set-up's late tracker", "app/setup/build.mjs", 'const a = await import("../tracker/build.mjs");'],
    ["a date from a number", "app/query/b.ts", "export const a = new Date(0);"],
    ["a name in a comment", "app/query/b.ts", "// process.env and Date.now() are elsewhere"],
    ["a name in a text", "app/query/b.ts", 'export const a = "process.env.PORT";'],
    ["the clock", "app/platform/clock.server.ts", "export const now = () => Date.now();"],
    ["the environment", "app/platform/env.server.ts", "export const a = process.env;"],
    ["before the build", "app/setup/launch.mjs", "export const a = [process.env.PORT, performance.now()];"],
    ["the time in browsers", "app/tracker/b.ts", "export const a = Date.now();"],
    ["Prisma in storage", "app/storage/b.server.ts", 'import { Prisma } from "@prisma/client";'],
    ["uPlot in islands", "app/islands/b.ts", 'import uPlot from "uplot";'],
    ["generated code", "app/storage/generated/sqlite/index.ts", "\n".repeat(400) + 1],
    ["the names of routes", "app/routes/vitals[.]js.ts", "\n".repeat(119) + 1],
  ])("%s is fine", (_, file, text) => {
    expect(shown({ [file]: text })).toEqual([]);
  });

  test("what is pure reaches no I/O by detours either, but a type is none", () => {
    const sources = {
      "app/query/a.ts": 'import { b } from "./b";',
      "app/query/b.ts": 'import { c } from "./c.server";',
      "app/query/c.server.ts": "",
    };
    expect(shown({ ...sources, "app/presenters/p.ts": 'import { a } from "../query/a";' })).toEqual([
      "app/presenters/p.ts:1 reaches I/O through app/query/a.ts -> app/query/b.ts -> app/query/c.server.ts",
    ]);
    expect(shown({ ...sources, "app/presenters/p.ts": 'import type { A } from "../query/a";' })).toEqual([]);
  });
});
