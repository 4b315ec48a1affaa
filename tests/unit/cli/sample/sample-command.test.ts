import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../../../app/cli/command-line";
import { COMMANDS } from "../../../../app/cli/commands";
import { DAY } from "../../../../app/vitals/time";
import { fakeIo } from "../fake-io";

const sample = async (...args: string[]) => {
  const io = fakeIo();
  const code = await runCommandLine(["sample", ...args], COMMANDS, io);
  return { code, err: io.stderr.text, out: io.out.text, lines: io.out.text.split("\n").filter(Boolean), io };
};

describe("sample", () => {
  it("writes lines of the bulk format that end now", async () => {
    const { code, lines, err, io } = await sample("--days", "2", "--measurements", "3000");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(lines.length).toBeGreaterThan(2_400);
    expect(lines.length).toBeLessThan(3_300);
    const times = lines.map((line) => Date.parse(JSON.parse(line).receivedAt));
    expect(Math.min(...times)).toBeGreaterThan(io.now() - 2 * DAY);
    expect(Math.max(...times)).toBeLessThan(io.now());
    const lcp = lines
      .map((line) => JSON.parse(line))
      .find(({ metric, attribution }) => metric === "LCP" && attribution.url);
    expect(Object.keys(lcp)).toEqual([
      "id",
      "metric",
      "value",
      "route",
      "buildVersion",
      "device",
      "navigationType",
      "receivedAt",
      "sequence",
      "library",
      "attribution",
    ]);
  });

  it("writes the same bytes for the same options at any time", async () => {
    const args = [
      "--days",
      "1",
      "--measurements",
      "1000",
      "--until",
      "2026-11-01",
      "--routes",
      "8",
      "--seed",
      "4",
    ];
    const { out } = await sample(...args);
    expect((await sample(...args)).out).toBe(out);
    expect((await sample(...args, "--until", "2026-11-01T01:00:00+01:00")).out).toBe(out);
    expect((await sample(...args, "--seed", "5")).out).not.toBe(out);
  });

  it.each([
    ["--days", "0"],
    ["--days", "many"],
    ["--days", "1e3"],
    ["--measurements", "1.5"],
    ["--measurements", ""],
    ["--seed", "99999999999999999999"],
    ["--routes", "2"],
    ["--until", "yesterday"],
    ["--until", "2026-13-01"],
    ["--until", "2026-11-01T10:00:00"],
    ["--until", "1795394560724"],
  ])("rejects %s %s", async (option, value) => {
    const { code, err, out } = await sample(option, value);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(option);
    expect(err).toContain(`not "${value}"`);
  });
});

describe("the bundle of sample", () => {
  let folder = "";
  beforeAll(async () => {
    // Among what is built, so that it finds the packages.
    await mkdir("build", { recursive: true });
    folder = await mkdtemp(join("build", "cli-test-"));
    await build({
      entryPoints: ["app/cli/main.ts"],
      outfile: join(folder, "cli.js"),
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
      logLevel: "silent",
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("exits at once, without output, when its reader closes the pipe", async () => {
    const child = spawn(process.execPath, [join(folder, "cli.js"), "sample", "--measurements", "100000000"]);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code, signal] = await once(child, "close");
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: "" });
  });

  it("exits with 2 after a wrong call", async () => {
    const child = spawn(process.execPath, [join(folder, "cli.js"), "sample", "--nonsense"]);
    const [code] = await once(child, "close");
    expect(code).toBe(2);
  });
});
