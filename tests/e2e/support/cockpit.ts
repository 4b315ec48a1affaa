import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { startLoopbackServer } from "./loopback-server";
import { projectRoot } from "./project";

const TOKEN = "a-token-for-tests-of-32-letters-";
export const PASSWORD = "correct horse battery staple";
const PRELOAD = ["--import", "./app/platform/preload.mjs"];
/** As the launcher starts it. */
const SERVER = ["--max-http-header-size=65536", ...PRELOAD, "node_modules/@remix-run/serve/dist/cli.js"];
const ENDPOINT = "/api/admin/performance/web-vitals";

/** What of the JSON twin the tests look at. */
export type Figures = {
  unit: string;
  n: number;
  percentiles: Record<string, number | null>;
  rating: string | null;
  shares: Record<"good" | "needsImprovement" | "poor", number> | null;
  counts: Record<"good" | "needsImprovement" | "poor", number>;
};
export type Answer = {
  query: Record<string, unknown>;
  ignored: unknown[];
  current: {
    pageViewsByNavigation: Record<string, number>;
    metrics: Record<string, Figures>;
  };
  routes: Array<{ route: string; n: number; metrics: Record<string, Figures> }>;
  releases: Array<{ buildVersion: string; n: number }>;
};

/** The real, built server on a free port, with a database of its own. */
export type Cockpit = {
  origin: string;
  /** The SQLite file, for tests that break it. */
  databaseFile: string;
  /** The JSON twin's answer to a query (URL parameters). */
  vitals(query: Record<string, string>): Promise<Answer>;
  /** Gives what the server has complained of so far, and forgets it; what is left at the end is an error. */
  takeComplaints(): string[];
  /**
   * Ends the server as an operator does.
   * @throws Error when it did not end cleanly, or had complained of anything
   */
  stop(): Promise<void>;
};

const environment = (databaseFile: string, more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: "production",
  ENV_FILE: "none",
  HOST: "127.0.0.1",
  DATABASE_URL: `file:${databaseFile}`,
  ADMIN_API_TOKEN: TOKEN,
  ADMIN_PASSWORD: PASSWORD,
  LOG_LEVEL: "warn",
  ...more,
});

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<string> {
  const server = await startLoopbackServer(() => undefined);
  await server.close();
  return new URL(server.origin).port;
}

async function untilHealthy(origin: string, child: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${said()}`);
    const answer = await fetch(`${origin}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await delay(20);
  }
}

/** Starts the server on an empty database, or on one that `fill` has filled. */
export async function startCockpit({
  env = {},
  fill,
}: {
  env?: Record<string, string>;
  fill?: (databaseFile: string) => Promise<void>;
} = {}): Promise<Cockpit> {
  if (!existsSync(join(projectRoot, "build", "index.js"))) {
    throw new Error('There is no build to test; "npm test" makes one, and so does "npm run build".');
  }
  const folder = await mkdtemp(join(tmpdir(), "vitals-cockpit-"));
  const databaseFile = join(folder, "vitals.db");
  await fill?.(databaseFile);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [...SERVER, "build/index.js"], {
    cwd: projectRoot,
    env: environment(databaseFile, { PORT: port, ...env }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => complaints.push(line));
  await untilHealthy(origin, child, () => complaints.join("\n"));

  return {
    origin,
    databaseFile,
    async vitals(query) {
      const answer = await fetch(`${origin}${ENDPOINT}?${new URLSearchParams(query)}`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      if (!answer.ok) throw new Error(`The JSON twin answered ${answer.status}.`);
      return (await answer.json()) as Answer;
    },
    takeComplaints: () => complaints.splice(0),
    async stop() {
      child.kill("SIGTERM");
      const [code, signal] = await exited;
      process.off("exit", kill);
      await rm(folder, { recursive: true, force: true });
      if (code !== 0) complaints.push(`The server ended with ${code ?? signal}.`);
      if (complaints.length > 0) throw new Error(complaints.join("\n"));
    },
  };
}

const ended = async (child: ChildProcess, name: string): Promise<void> => {
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}.`);
};

/** Fills a database with the made-up site's measurements of the days before now. */
export async function fillWithSample(
  databaseFile: string,
  options: { days: number; measurements: number },
): Promise<void> {
  const run = (args: string[], stdio: ["ignore" | "pipe", "ignore" | "pipe", "ignore"]) =>
    spawn(process.execPath, [...PRELOAD, "build/cli.js", ...args], {
      cwd: projectRoot,
      env: environment(databaseFile),
      stdio,
    });
  const { days, measurements } = options;
  const sample = run(
    ["sample", `--days=${days}`, `--measurements=${measurements}`],
    ["ignore", "pipe", "ignore"],
  );
  const bulkImport = run(["import", "-"], ["pipe", "ignore", "ignore"]);
  if (sample.stdout === null || bulkImport.stdin === null) throw new Error("A pipe is missing.");
  sample.stdout.pipe(bulkImport.stdin);
  await Promise.all([ended(sample, "The sample"), ended(bulkImport, "The import")]);
}

/** Opens a page of the cockpit, by way of the sign-in form where that stands in the way. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  if (new URL(page.url()).pathname !== "/login") return;
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(url);
}
