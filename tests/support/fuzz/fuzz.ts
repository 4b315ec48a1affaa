import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import fc from "fast-check";
import { projectRoot } from "../../../app/platform/project-root";
import { routeUrls } from "../route-urls";
import { ADMIN_PASSWORD, type RunningServer } from "../server";
import { signIn } from "../sign-in";
import { capturedBodies } from "./bodies";
import { aBeaconRequest, aRequest, credentialHeaders, type FuzzedRequest } from "./requests";
import { MARK } from "./texts";

/** Requests whose arbitrary values are made at once. */
const BATCH = 500;

const CONNECTIONS = 8;

/** An answer that takes longer hangs, in ms: a busy machine delays one by a second or two. */
const HANGS = 30_000;

/** Bytes of a body that are searched for markup. */
const MAX_BODY = 2_000_000;

export type FuzzResult = {
  requests: number;
  statuses: Map<number, number>;
  /** Each fault with the request that shows it. */
  faults: string[];
  /** The slowest answer but those to passwords, in ms, and its request. */
  slowest: { ms: number; request: string };
};

/** Sends `count` requests that follow from `seed`, and checks each answer. A collector has no sessions. */
export async function fuzz(
  server: RunningServer,
  count: number,
  seed: number,
  { hasSessions = true } = {},
): Promise<FuzzResult> {
  const root = projectRoot();
  const urls = [...routeUrls(root), "/robots.txt", "/build/"];
  const captures = capturedBodies(root);
  const arbitrary = fc.oneof(
    { weight: 3, arbitrary: aRequest(urls, captures) },
    { weight: 1, arbitrary: aBeaconRequest(captures) },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const result: FuzzResult = {
    requests: 0,
    statuses: new Map(),
    faults: [],
    slowest: { ms: 0, request: "" },
  };
  for (let batch = 0; batch * BATCH < count; batch += 1) {
    const numRuns = Math.min(BATCH, count - batch * BATCH);
    const requests = fc.sample(arbitrary, { seed: seed + batch, numRuns });
    const cookie = hasSessions ? await signIn(server, ADMIN_PASSWORD) : "";
    await inParallel(requests, (one) => check(server, agent, one, cookie, result));
  }
  agent.destroy();
  return result;
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

async function check(
  server: RunningServer,
  agent: Agent,
  one: FuzzedRequest,
  cookie: string,
  result: FuzzResult,
): Promise<void> {
  const started = performance.now();
  const text = `${one.method} ${one.path.slice(0, 300)} ${JSON.stringify(one.headers).slice(0, 300)} ${one.credential}`;
  result.requests += 1;
  const answer = await send(server.port, agent, one, cookie).catch((error: Error) => error.message);
  const ms = performance.now() - started;
  if (ms > result.slowest.ms && !checksPassword(one)) result.slowest = { ms, request: text };
  if (typeof answer === "string") {
    // The server closes a connection on a request that is no HTTP; an answer is then lost in the reset.
    if (!/ECONNRESET|EPIPE|socket hang up/.test(answer)) result.faults.push(`${answer}: ${text}`);
    return;
  }
  const { status, type, body } = answer;
  result.statuses.set(status, (result.statuses.get(status) ?? 0) + 1);
  if (status >= 500 && status !== 503) result.faults.push(`status ${status}: ${text}`);
  if (/html|svg|xml/.test(type) && body.includes(MARK)) result.faults.push(`unescaped markup: ${text}`);
}

/** Passwords are checked one after the other, 0.2 s each, so that no flood of them uses up the processor. */
const checksPassword = ({ method, path }: FuzzedRequest): boolean =>
  method === "POST" && /^\/login(?:\.data)?(?:\?|$)/.test(path);

type FuzzAnswer = { status: number; type: string; body: string };

function send(port: number, agent: Agent, one: FuzzedRequest, cookie: string): Promise<FuzzAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        ...{ host: "127.0.0.1", port, agent, method: one.method, path: one.path, timeout: HANGS },
        headers: { ...one.headers, ...credentialHeaders(one.credential, cookie) },
      },
      (answer) => read(answer).then(resolve, reject),
    );
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${HANGS} ms`)));
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      reject(new Error("an upgrade of the protocol"));
    });
    sent.end(one.body ?? undefined);
  });
}

async function read(answer: IncomingMessage): Promise<FuzzAnswer> {
  let body = "";
  for await (const chunk of answer.setEncoding("latin1")) if (body.length < MAX_BODY) body += chunk;
  return { status: answer.statusCode ?? 0, type: String(answer.headers["content-type"] ?? ""), body };
}
