import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { LaunchError, runQuietly } from "../../app/setup/run-process.mjs";

const root = join(import.meta.dirname, "..", "..");
const module = pathToFileURL(join(root, "app/setup/run-process.mjs")).href;

const started = new Set<ChildProcess>();
afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  started.clear();
});

/** A launcher that runs `script` (JavaScript) in the foreground and ends as it does. */
function launch(script: string, options = ""): ChildProcess {
  const text = `
    import { runInForeground } from ${JSON.stringify(module)};
    const command = [process.execPath, "--eval", ${JSON.stringify(script)}];
    process.exitCode = await runInForeground(command, { root: ".", env: { ADDED: "yes" }, ${options} });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  started.add(child);
  return child;
}

async function outputOf(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("runInForeground", () => {
  it("connects standard input and output, and adds to the environment", async () => {
    const child = launch("process.stdout.write(process.env.ADDED); process.stdin.pipe(process.stdout)");
    child.stdin?.end(" and input");
    expect(await outputOf(child)).toBe("yes and input");
  });

  it("passes both streams of a program to `write`, to the last byte", async () => {
    const script = `const line = "x".repeat(79) + "\\n";
      for (let i = 0; i < 2500; i += 1) process[i % 2 === 0 ? "stdout" : "stderr"].write(line);
      process.stdin.on("end", () => process.stdout.write("the end")).resume();`;
    const child = launch(script, "write: (chunk) => process.stdout.write(chunk)");
    const output = await outputOf(child);
    expect(output.length).toBe(2500 * 80 + "the end".length);
    expect(output).toContain("the end");
  });

  it.each([
    ["its code", "process.exit(7)", 7],
    ["128 and the signal that ended it", "process.kill(process.pid, 'SIGKILL')", 137],
  ])("resolves to %s", async (_, script, code) => {
    expect(await once(launch(script), "exit")).toEqual([code, null]);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("forwards %s, and waits for the end", async (signal) => {
    const child = launch(
      `process.once("${signal}", () => setImmediate(() => { process.stdout.write("ended"); process.exit(3); }));
       process.stdout.write("ready "); setInterval(() => {}, 1000);`,
    );
    child.stdout?.once("data", () => child.kill(signal));
    const exit = once(child, "exit");
    expect(await outputOf(child)).toBe("ready ended");
    expect(await exit).toEqual([3, null]);
  });
});

describe("runQuietly", () => {
  it("shows nothing of a command that succeeds", async () => {
    await expect(runQuietly([process.execPath, "--eval", "0"], { root })).resolves.toBeUndefined();
  });

  it("rejects with the end of the output of a command that fails", async () => {
    const script =
      'for (let i = 0; i < 500; i++) console.log("line " + i + "."); console.error("the reason"); process.exit(4)';
    const failing = runQuietly([process.execPath, "--eval", script], { root });
    await expect(failing).rejects.toThrow(LaunchError);
    await expect(failing).rejects.toThrow(/^line \d+\.\n.*the reason.*ended with code 4/s);
    await expect(failing).rejects.not.toThrow("line 0.");
  });

  it("rejects with the name of a program that can't be started", async () => {
    await expect(runQuietly(["./no-such-program"], { root })).rejects.toThrow(
      "./no-such-program can't be started",
    );
  });
});
