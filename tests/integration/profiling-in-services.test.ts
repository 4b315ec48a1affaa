import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callTree } from "../../app/profiling/call-tree";
import { functionFigures } from "../../app/profiling/function-figures";
import { parseProfile } from "../../app/profiling/parse-profile";
import type { ProfilingState } from "../../app/profiling/profile-record";
import { freePort } from "../support/free-port";
import { PROJECT_ROOT } from "../support/node-bundle";
import { eventually } from "../support/server";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";

const TOKEN = "token-of-the-tests";
const HEADERS = { Authorization: `Bearer ${TOKEN}` };
const BUNDLE = pathToFileURL(join(PROJECT_ROOT, "build", "profiling.js")).href;
const GUILTY = pathToFileURL(join(PROJECT_ROOT, "tests/unit/profiling/fixtures/guilty-function.mjs")).href;

let folder: TemporaryFolder;
const stops: Array<() => void> = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  folder.remove();
});

/** The example of the documentation. */
function documented(): string {
  const text = readFileSync(join(PROJECT_ROOT, "docs", "profiling.md"), "utf8");
  return /```js\n([^`]*mountProfiling[^`]*)```/.exec(text)?.[1] ?? "";
}

/** Runs a service, and resolves when it answers. */
async function serve(code: string): Promise<string> {
  const file = join(folder.path, "service.mjs");
  writeFileSync(file, code.replace('"./profiling.js"', JSON.stringify(BUNDLE)));
  const port = await freePort();
  const child = spawn(process.execPath, [file], {
    cwd: folder.path,
    env: { ...process.env, PORT: String(port), PROFILING_ENABLED: "1", PROFILING_TOKEN: TOKEN },
    stdio: "ignore",
  });
  stops.push(() => child.kill("SIGKILL"));
  const origin = `http://127.0.0.1:${port}`;
  await eventually(
    () => fetch(origin).catch(() => null),
    (response) => response?.ok === true || child.exitCode !== null,
  );
  return origin;
}

/** The functions of a profile of 5 s, by their own time. */
async function profiled(origin: string): Promise<string[]> {
  const path = `${origin}/admin/profiling`;
  const body = new URLSearchParams({ duration: "5" });
  const started = await fetch(`${path}/start`, { method: "POST", headers: HEADERS, body });
  expect(started.status).toBe(202);
  const { profile } = await started.json();
  await eventually(
    async (): Promise<ProfilingState> => (await fetch(path, { headers: HEADERS })).json(),
    ({ running }) => running === null,
  );
  const file = await fetch(`${path}/download?id=${profile.id}`, { headers: HEADERS });
  const figures = functionFigures(callTree(parseProfile(await file.text()), profile.folder));
  return figures.sort((a, b) => b.self.value - a.self.value).map(({ frame }) => frame.name);
}

const BUSY = `
  import { guiltyFunction } from ${JSON.stringify(GUILTY)};
  setInterval(() => guiltyFunction(200_000), 1);
`;

describe("the example in docs/profiling.md", () => {
  it("has ten lines of code", () => {
    const [, ...code] = documented().split("\n\n");
    expect(code.join("\n").trim().split("\n").length).toBeLessThanOrEqual(10);
  });

  it("profiles a service that a known function makes busy, and names that function first", async () => {
    const origin = await serve(BUSY + documented());
    expect(await (await fetch(origin)).text()).toBe("Hello");
    expect((await fetch(`${origin}/admin/profiling`)).status).toBe(401);
    expect((await profiled(origin))[0]).toBe("guiltyFunction");
  });

  it("profiles a service of Express", async () => {
    const example = documented();
    const [imports = ""] = example.split("\n\n");
    const setUp = example.slice(imports.length, example.indexOf("createServer((request"));
    const express = pathToFileURL(join(PROJECT_ROOT, "node_modules", "express", "index.js")).href;
    const origin = await serve(`
      import express from ${JSON.stringify(express)};
      ${BUSY}
      import { mountProfiling } from "./profiling.js";
      ${setUp}
      const app = express();
      app.use(express.json(), express.urlencoded({ extended: false }));
      app.use(profiling);
      app.get("/", (request, response) => response.send("Hello"));
      app.listen(process.env.PORT);
    `);
    expect(await (await fetch(origin)).text()).toBe("Hello");
    expect((await profiled(origin))[0]).toBe("guiltyFunction");
  });
});
