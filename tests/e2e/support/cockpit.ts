import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Page } from "@playwright/test";
import { PRELOAD } from "../../../app/setup/server-command.mjs";
import { startBuiltServer } from "../../support/built-server";
import { projectRoot } from "./project";

export const TOKEN = "a-token-for-tests-of-32-letters-";
export const PASSWORD = "correct horse battery staple";
const JSON_ENDPOINT = "/api/admin/performance/web-vitals";
const INGEST = "/api/analytics/web-vitals";

/** The user agent of a person's browser; headless Chromium's own counts as a bot. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/** The part of the JSON endpoint's response that tests read. */
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

/** The built server on a free port, with its own database. */
export type Cockpit = {
  origin: string;
  /** The SQLite file, for tests that damage it. */
  databaseFile: string;
  /** The JSON endpoint's response to a query (URL parameters). */
  vitals(query: Record<string, string> | URLSearchParams): Promise<Answer>;
  /** Sends measurements, each of a page view of its own, like a site's pages; resolves when they are stored. */
  send(beacon: { route: string; measurements: Array<Record<string, unknown>> }): Promise<void>;
  /** Resolves when the server has logged an expected error with `text`; removes all errors up to it. */
  complained(text: string): Promise<void>;
  /** Removes and returns the server's logged errors; any that remain at the end are an error. */
  takeComplaints(): string[];
  /**
   * Stops the server with a signal, like an operator.
   * @throws Error with logged errors that no test has removed
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

const HOUR = 3_600_000;

/** Start of the cockpit's clock within an hour, in ms. */
const BEGINNING = 12 * 60_000;

const STARTED_AT = Date.now();

/**
 * Offset of the cockpit's clock from the real one, in ms: less than an hour, and the same for all tests of a worker, so
 * that no hour ends between a page and the response that it is compared with.
 */
const CLOCK_SHIFT = BEGINNING - (STARTED_AT % HOUR);

/** When the clock of each worker began that started in the same hour, in ms since the epoch. */
export const CLOCK_BEGINNING = STARTED_AT + CLOCK_SHIFT;

/** The time of the cockpit's clock, in ms since the epoch. */
export const cockpitNow = (): number => Date.now() + CLOCK_SHIFT;

/** Module for every process of a cockpit, which sets its clock. */
const clock = (shift: number): string =>
  `data:text/javascript,${encodeURIComponent(`
    const now = Date.now;
    Date.now = () => now() + ${shift};
  `)}`;
const CLOCK = clock(CLOCK_SHIFT);

/** How long before `CLOCK_BEGINNING` sample data ends, in ms: workers that start later in the hour use it, too. */
const SAMPLE_AGE = 5 * 60_000;

/** Starts the server on an empty database, or on one that `fill` fills; `env` are further variables. */
export async function startCockpit(
  fill?: (databaseFile: string) => Promise<void>,
  env: Record<string, string> = {},
): Promise<Cockpit> {
  const folder = await mkdtemp(join(tmpdir(), "vitals-cockpit-"));
  const databaseFile = join(folder, "vitals.db");
  await fill?.(databaseFile);
  const server = await startBuiltServer({ env: { ...environment(databaseFile), ...env }, imports: [CLOCK] });
  const { origin } = server;
  let consumed = 0;
  const takeComplaints = () => {
    const news = server.log().slice(consumed);
    consumed += news.length;
    return news.split("\n").filter((line) => line !== "");
  };
  return {
    origin,
    databaseFile,
    async complained(text) {
      await server.logged(text, consumed);
      takeComplaints();
    },
    takeComplaints,
    async vitals(query) {
      const answer = await fetch(`${origin}${JSON_ENDPOINT}?${new URLSearchParams(query)}`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      if (!answer.ok) throw new Error(`The JSON endpoint responded ${answer.status}.`);
      return (await answer.json()) as Answer;
    },
    async send({ measurements, ...beacon }) {
      // Of one navigation, only one value of a metric would count.
      const views = measurements.map((one, i) => ({ url: `https://shop.example/view/${i}`, ...one }));
      const { status } = await fetch(origin + INGEST, {
        method: "POST",
        headers: { "Content-Type": "text/plain", "User-Agent": USER_AGENT },
        body: JSON.stringify({ v: 1, buildVersion: "2.4.1", ...beacon, measurements: views }),
      });
      if (status !== 204) throw new Error(`A beacon was answered ${status}.`);
    },
    async stop() {
      await server.kill("SIGTERM");
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

/** Starts a command on a database, by default with the cockpit's clock. */
const startCommand = (databaseFile: string, args: readonly string[], at = CLOCK) =>
  spawn(process.execPath, [...PRELOAD, "--import", at, "build/cli.js", ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...environment(databaseFile) },
    stdio: ["pipe", "pipe", "ignore"],
  });

/** Imports sample data of the last days into a database. */
export async function fillWithSample(databaseFile: string, options: readonly string[]): Promise<void> {
  const earlier = clock(CLOCK_BEGINNING - SAMPLE_AGE - Date.now());
  const sample = startCommand(databaseFile, ["sample", ...options], earlier);
  const bulkImport = startCommand(databaseFile, ["import", "-"], earlier);
  sample.stdin.end();
  sample.stdout.pipe(bulkImport.stdin);
  await Promise.all([ended(sample, "The sample"), ended(bulkImport, "The import")]);
}

export async function fillWithLines(databaseFile: string, lines: Iterable<string>): Promise<void> {
  const bulkImport = startCommand(databaseFile, ["import", "-"]);
  const end = ended(bulkImport, "The import");
  await pipeline(
    Readable.from(lines).map((line: string) => `${line}\n`),
    bulkImport.stdin,
  );
  await end;
}

/** Opens a page of the cockpit, and signs in on the form that it redirects to. */
export async function signInTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(url);
}
