import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { startBuiltServer, stopBuiltServers } from "../../support/built-server";
import { projectRoot } from "./project";

const TOKEN = "a-token-for-tests-of-32-letters-";
export const PASSWORD = "correct horse battery staple";
const TWIN = "/api/admin/performance/web-vitals";
const INGEST = "/api/analytics/web-vitals";

/** A person's browser: what says that it is automated, as Chromium does in tests, counts as a bot. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

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
  current: {
    window: { from: string; to: string };
    pageViewsByNavigation: Record<string, number>;
    metrics: Record<string, Figures>;
  };
  routes: Array<{ route: string; n: number; metrics: Record<string, Figures> }>;
  paging: { page: number; pages: number; routes: number };
  releases: Array<{ buildVersion: string; n: number }>;
};

/** The real, built server on a free port, with a database of its own. */
export type Cockpit = {
  origin: string;
  /** The SQLite file, for tests that break it. */
  databaseFile: string;
  /** The JSON twin's answer to a query (URL parameters). */
  vitals(query: Record<string, string> | URLSearchParams): Promise<Answer>;
  /** Sends measurements as a site's pages do; resolves when they are stored. */
  send(beacon: { route: string; measurements: Array<Record<string, unknown>> }): Promise<void>;
  /** Gives what the server has complained of since the last time; what nobody took is an error at the end. */
  takeComplaints(): string[];
  /**
   * Ends the server as an operator does.
   * @throws Error when it had complained of anything that no test has taken
   */
  stop(): Promise<void>;
};

const environment = (databaseFile: string) => ({
  ENV_FILE: "none",
  DATABASE_URL: `file:${databaseFile}`,
  ADMIN_API_TOKEN: TOKEN,
  ADMIN_PASSWORD: PASSWORD,
  LOG_LEVEL: "warn",
});

process.once("exit", stopBuiltServers);

/** Starts the server on an empty database, or on one that `fill` has filled, with further variables where need be. */
export async function startCockpit(
  fill?: (databaseFile: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<Cockpit> {
  if (!existsSync(join(projectRoot, "build", "index.js"))) {
    throw new Error('There is no build to test; "npm test" makes one, and so does "npm run build".');
  }
  const folder = await mkdtemp(join(tmpdir(), "vitals-cockpit-"));
  const databaseFile = join(folder, "vitals.db");
  await fill?.(databaseFile);
  const server = await startBuiltServer({ ...environment(databaseFile), ...env });
  const { origin } = server;
  let taken = 0;
  const takeComplaints = () => {
    const lines = server
      .stderr()
      .split("\n")
      .filter((line) => line !== "");
    const news = lines.slice(taken);
    taken = lines.length;
    return news;
  };
  return {
    origin,
    databaseFile,
    takeComplaints,
    async vitals(query) {
      const answer = await fetch(`${origin}${TWIN}?${new URLSearchParams(query)}`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      if (!answer.ok) throw new Error(`The JSON twin answered ${answer.status}.`);
      return (await answer.json()) as Answer;
    },
    async send(beacon) {
      const { status } = await fetch(origin + INGEST, {
        method: "POST",
        headers: { "Content-Type": "text/plain", "User-Agent": USER_AGENT },
        body: JSON.stringify({ v: 1, buildVersion: "2.4.1", ...beacon }),
      });
      if (status !== 204) throw new Error(`A beacon was answered ${status}.`);
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
      const complaints = takeComplaints();
      if (complaints.length > 0) throw new Error(complaints.join("\n"));
    },
  };
}

const ended = async (child: ChildProcess, name: string): Promise<void> => {
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}.`);
};

/** Fills a database with the made-up site's measurements of the days before now. */
export async function fillWithSample(databaseFile: string, options: readonly string[]): Promise<void> {
  const run = (args: readonly string[]) =>
    spawn(process.execPath, ["--import", "./app/platform/preload.mjs", "build/cli.js", ...args], {
      cwd: projectRoot,
      env: { ...process.env, ...environment(databaseFile) },
      stdio: ["pipe", "pipe", "ignore"],
    });
  const sample = run(["sample", ...options]);
  const bulkImport = run(["import", "-"]);
  sample.stdin.end();
  sample.stdout.pipe(bulkImport.stdin);
  await Promise.all([ended(sample, "The sample"), ended(bulkImport, "The import")]);
}

/** Opens a page of the cockpit by way of the sign-in form, to which it leads. */
export async function signInTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(url);
}
