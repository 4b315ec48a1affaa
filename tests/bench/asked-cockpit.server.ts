import { once } from "node:events";
import type { vitalsJson } from "../../app/presenters/api/vitals-json";
import type { Workplace } from "./workplace.server";

export type Answer = ReturnType<typeof vitalsJson>;

const TOKEN = "a-token-of-the-comparisons-only";

/** Module that sends the server's port to the parent process, and its CPU time (ms) for each message. */
const REPORT_PORT = `data:text/javascript,${encodeURIComponent(`
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpu: (user + system) / 1000 });
  });
  const look = setInterval(() => {
    const address = globalThis[Symbol.for("vitals-cockpit.process")]?.server?.address();
    if (address == null) return;
    clearInterval(look);
    process.send({ port: address.port });
  }, 5);
`)}`;

const ENDPOINT = "/api/admin/performance/web-vitals";

/** The built application, for requests of an admin. */
export type Cockpit = {
  /** @throws Error for a status other than 200 */
  get: (path: string) => Promise<string>;
  /** Requests the JSON endpoint with the parameters of a URL. */
  ask: (search: string) => Promise<Answer>;
  /** CPU time of the server so far, in ms. */
  cpu: () => Promise<number>;
  stop: () => Promise<void>;
};

/**
 * Starts the built application on the database `path`.
 * @param env further variables
 * @throws Error with its standard error if it exits before it listens
 */
export async function startAsked(
  workplace: Workplace,
  path: string,
  env: Record<string, string> = {},
): Promise<Cockpit> {
  const preloads = ["./app/server/preload.mjs", REPORT_PORT].flatMap((module) => ["--import", module]);
  const child = workplace.node(
    [
      "--max-http-header-size=65536",
      ...preloads,
      "node_modules/@remix-run/serve/dist/cli.js",
      "build/index.js",
    ],
    {
      HOST: "127.0.0.1",
      PORT: "0",
      DATABASE_URL: `file:${path}`,
      LOG_LEVEL: "warn",
      ADMIN_API_TOKEN: TOKEN,
      ADMIN_PASSWORD: TOKEN,
      MEASURE_COCKPIT: "false",
      ...env,
    },
  );
  const [message] = (await Promise.race([
    once(child.process, "message"),
    once(child.process, "exit").then(() => {
      throw new Error(`The cockpit did not come up.\n${child.complaints()}`);
    }),
  ])) as [{ port: number }];
  const get = async (pathAndSearch: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${message.port}${pathAndSearch}`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(`${pathAndSearch}: status ${response.status}: ${text.slice(0, 300)}`);
    return text;
  };
  return {
    get,
    ask: async (search) => JSON.parse(await get(`${ENDPOINT}?${search}`)) as Answer,
    cpu: async () => {
      const reply = once(child.process, "message") as Promise<[{ cpu: number }]>;
      child.process.send({});
      const [{ cpu }] = await reply;
      return cpu;
    },
    stop: () => workplace.end(child),
  };
}
