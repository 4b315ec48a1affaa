import {
  type BrowserContext,
  test as base,
  expect,
  type Page,
  type PlaywrightWorkerArgs,
} from "@playwright/test";
import { type Cockpit, fillWithSample, PASSWORD, startCockpit } from "./cockpit";
import { filledOnce } from "./filled-database";

/** Fills a database with a sample of three days with more routes than a page of the table. */
export const sample = filledOnce("sample", (file) =>
  fillWithSample(file, ["--days=3", "--measurements=60000", "--routes=60"]),
);

type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

type WorkerFixtures = {
  sampleCockpit: Cockpit;
  /** A browser context that is signed in to the cockpit. */
  sampleSession: Session;
};
type TestFixtures = {
  /** The cockpit of `page`, by default with sample data. */
  cockpit: Cockpit;
  /** Whether the test gets its own cockpit without data. */
  empty: boolean;
  session: Session;
};

/**
 * Playwright's `test` with a page that is signed in to a cockpit. An uncaught error or console error in the page
 * (including a violation of the CSP) fails the test, and so does an error in the server's log.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  empty: [false, { option: true }],

  sampleCockpit: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
    async ({}, use) => {
      const cockpit = await startCockpit(sample);
      await use(cockpit);
      await cockpit.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],

  sampleSession: [
    async ({ sampleCockpit, playwright }, use) => use(await signIn(playwright, sampleCockpit)),
    { scope: "worker" },
  ],

  cockpit: async ({ empty, sampleCockpit }, use) => {
    const cockpit = empty ? await startCockpit() : sampleCockpit;
    await use(cockpit);
    const complaints = cockpit.takeComplaints();
    if (empty) await cockpit.stop();
    expect(complaints).toEqual([]);
  },

  baseURL: async ({ cockpit }, use) => use(cockpit.origin),

  session: async ({ empty, cockpit, sampleSession, playwright }, use) =>
    use(empty ? await signIn(playwright, cockpit) : sampleSession),

  storageState: async ({ session }, use) => use(session),

  // View transitions would delay the content that tests read. On a busy machine Chromium aborts some with an error.
  contextOptions: { reducedMotion: "reduce" },

  page: async ({ page }, use) => {
    const errors = watchErrors(page);
    await use(page);
    expect(errors).toEqual([]);
  },
});

async function signIn(
  { request }: PlaywrightWorkerArgs["playwright"],
  { origin }: Cockpit,
): Promise<Session> {
  const client = await request.newContext({ baseURL: origin });
  const answer = await client.post("/login", {
    form: { password: PASSWORD },
    headers: { Origin: origin },
    // The page that it leads to costs more than the rest, and nobody reads it.
    maxRedirects: 0,
    // That of the fixture ends what hangs.
    timeout: 0,
  });
  expect(answer.status()).toBe(303);
  const session = await client.storageState();
  await client.dispose();
  return session;
}

function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) errors.push(`console: ${message.text()}`);
  });
  return errors;
}

/** Console message of the browser for a document with an error status. */
const isExpected = (text: string): boolean => / 40[14] \([\w ]+\)$/.test(text);

export { expect };
