import { once } from "node:events";
import type { Workplace } from "../workplace.server";
import type { Answer } from "./cases";
import { RETENTION_DAYS } from "./places";

/** What the import and the server are told, so that years of summaries stay. */
export const RETENTION = {
  HOURLY_RETENTION_DAYS: String(RETENTION_DAYS),
  DAILY_RETENTION_DAYS: String(RETENTION_DAYS),
} as const;

const TOKEN = "a-token-of-the-simulations-only";

/** Tells the port that the server got. */
const TELL_PORT = `data:text/javascript,${encodeURIComponent(`
  const look = setInterval(() => {
    const address = globalThis[Symbol.for("vitals-cockpit.process")]?.server?.address();
    if (address == null) return;
    clearInterval(look);
    process.send({ port: address.port });
  }, 5);
`)}`;

/** The built application, which answers questions. */
export type Cockpit = { ask: (search: string) => Promise<Answer>; stop: () => Promise<void> };

/**
 * Starts the built application on the database `path`.
 * @throws Error with what it complained about, when it does not come up
 */
export async function startCockpit(workplace: Workplace, path: string): Promise<Cockpit> {
  const preloads = ["./app/platform/preload.mjs", TELL_PORT].flatMap((module) => ["--import", module]);
  const child = workplace.node(
    [
      "--max-http-header-size=65536",
      ...preloads,
      "node_modules/@remix-run/serve/dist/cli.js",
      "build/index.js",
    ],
    {
      ...{ HOST: "127.0.0.1", PORT: "0", DATABASE_URL: `file:${path}`, LOG_LEVEL: "warn" },
      ...{ ADMIN_API_TOKEN: TOKEN, ADMIN_PASSWORD: TOKEN, ...RETENTION },
    },
  );
  const [told] = (await Promise.race([
    once(child.process, "message"),
    once(child.process, "exit").then(() => {
      throw new Error(`The cockpit did not come up.\n${child.complaints()}`);
    }),
  ])) as [{ port: number }];
  const url = `http://127.0.0.1:${told.port}/api/admin/performance/web-vitals`;
  return {
    stop: () => workplace.end(child),
    async ask(search) {
      const response = await fetch(`${url}?${search}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
      if (response.status !== 200) throw new Error(`${search} was answered by ${response.status}.`);
      return (await response.json()) as Answer;
    },
  };
}
