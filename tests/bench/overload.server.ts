import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { now } from "../../app/platform/clock.server";
import { bodyOf, PER_BEACON } from "./beacons";
import type { Bench, BenchContext } from "./bench";
import { type Figure, toFigure } from "./figures";
import { sendAll } from "./load.server";
import { countRows, createRequests, startLoaded } from "./loaded-server.server";
import { requestPage } from "./pages.server";
import { cpuSeconds, residentMegabytes, waitedSeconds } from "./processes.server";
import { HOST, type RunningServer, startBareServer, startCockpit, startCollector } from "./servers.server";
import { median } from "./statistics";
import type { Workplace } from "./workplace.server";

const TIMES_CAPACITY = 3;
const SECONDS = 15;
const SECONDS_IN_FULL = 60;

/** Rounds that measure the capacity, and those before them. */
const CAPACITY_ROUNDS = 3;
const WARM_UP = 3;

const HOSTILE_CONNECTIONS = 800;

/** Beacons that a server has stored before the flood, from an address that sends no others: no start is measured. */
const EARLIER = 900;
const EARLIER_CONNECTIONS = 16;
/** Their page views are others than the honest visitors'. */
const FIRST_EARLIER = 1_000;

/** How long refusals are counted whose cost is measured, and the process without any before. */
const COST_SECONDS = 5;
const HONEST_BEACONS = 20;

/** An honest visitor's browser sends no second beacon of a page, so one that is late counts as lost. */
const IN_TIME = 1_000;

/** A person who looks at the cockpit, at this interval after each answer, in ms. */
const PAGE_INTERVAL = 500;
const PAGE = "/admin/performance?range=24h";

type Program = "cockpit" | "collector";

/** Who floods: one peer with many connections, or many clients of one trusted proxy. */
type Attack = { name: string; clients: number; env: Record<string, string>; addresses: string[] };

/** The person's and the honest visitors' addresses are others. */
const ATTACKS: readonly Attack[] = [
  { name: "one client", clients: 0, env: {}, addresses: ["127.0.0.3"] },
  { name: "250 clients", clients: 250, env: { TRUST_PROXY: "loopback" }, addresses: [HOST] },
];

/** What tests/support/flood.mjs reports. */
type Flooded = { sent: number; statuses: Record<string, number>; refusalP50: number; delayP50: number };

type Result = {
  flooded: Flooded;
  /** Each beacon of an honest visitor. */
  honest: Array<{ status: number; ms: number }>;
  /** Each answer of a page, in ms. */
  pages: number[];
  /** Most resident memory, in MB. */
  peak: number;
  stored: number;
  /** Share of the time in which the server had to wait for a processor. */
  waited: number;
};

/** Beacons a second that a program stores without limits, of one sender, and the processor time of each, in µs. */
type Capacity = { perSecond: number; cpu: number };

export const overloadBench: Bench = async (context) => {
  const seconds = context.isFull ? SECONDS_IN_FULL : SECONDS;
  const figures: Figure[] = [];
  for (const program of ["cockpit", "collector"] as const) {
    const capacity = await capacityOf(context, program);
    figures.push(await costFigure(context, program, capacity));
    const perSecond = Math.round(TIMES_CAPACITY * capacity.perSecond);
    for (const attack of ATTACKS) {
      context.log(`overload: ${attack.name}, ${perSecond} beacons/s to the ${program} for ${seconds} s`);
      const result = await overload(context, program, attack, { perSecond, seconds });
      figures.push(...figuresOf(program, attack, result, { capacity, perSecond, seconds }));
    }
  }
  return figures;
};

async function capacityOf(context: BenchContext, program: Program): Promise<Capacity> {
  const loaded = await startLoaded(context, program);
  const rates: number[] = [];
  const cpu: number[] = [];
  for (let round = -WARM_UP; round < CAPACITY_ROUNDS; round += 1) {
    const { perSecond, cpuMicroseconds } = await loaded.round();
    if (round < 0) continue;
    rates.push(perSecond);
    cpu.push(cpuMicroseconds);
  }
  await loaded.finish();
  return { perSecond: median(rates), cpu: median(cpu) };
}

/** What a refused beacon of a client beyond its rate costs, beside a stored one and an answer of bare `node:http`. */
async function costFigure({ workplace }: BenchContext, program: Program, stored: Capacity): Promise<Figure> {
  const name = "refusals.db";
  const start = program === "cockpit" ? startCockpit : startCollector;
  const server = await start(workplace.file(name), { RATE_LIMIT: "1", MEASURE_COCKPIT: "false" });
  const flood = (seconds: number): Promise<Flooded> =>
    startFlood(workplace, server, ATTACKS[0] as Attack, { seconds, perSecond: UNLIMITED });
  await flood(1);
  const before = cpuSeconds(server.pid);
  await pause(COST_SECONDS * 1_000);
  const idle = cpuSeconds(server.pid);
  const { statuses } = await flood(COST_SECONDS);
  const refused = statuses["429"] ?? 0;
  const cost = (1e6 * (cpuSeconds(server.pid) - idle - (idle - before))) / refused;
  await server.stop();
  workplace.remove(name);
  const bare = await startBareServer(workplace);
  const requests = createRequests(0, EARLIER);
  const sendToBare = () => sendAll(bare.port, requests, { connections: EARLIER_CONNECTIONS, times: 20 });
  await sendToBare();
  const bareBefore = cpuSeconds(bare.pid);
  await sendToBare();
  const bareCost = (1e6 * (cpuSeconds(bare.pid) - bareBefore)) / (20 * EARLIER);
  await bare.stop();
  return toFigure({
    ...{ bench: "overload", name: `${program}: CPU a refusal`, unit: "µs", rounds: [cost] },
    sample: `${refused} × 429; a stored beacon: ${Math.round(stored.cpu)} µs, an answer of bare node:http: ${Math.round(bareCost)} µs`,
  });
}

/** As many a second as connections are free for. */
const UNLIMITED = 20_000;

async function overload(
  { workplace }: BenchContext,
  program: Program,
  attack: Attack,
  load: { perSecond: number; seconds: number },
): Promise<Result> {
  const name = "overload.db";
  const file = workplace.file(name);
  const env = { RATE_LIMIT: "100", MEASURE_COCKPIT: "false", ...attack.env };
  const cockpit = await startCockpit(file, env);
  const server = program === "cockpit" ? cockpit : await startCollector(file, env);
  await requestPage(cockpit.port, PAGE);
  await sendAll(server.port, createRequests(FIRST_EARLIER, EARLIER), { connections: EARLIER_CONNECTIONS });
  const [startedAt, waitedBefore] = [performance.now(), waitedSeconds(server.pid)];
  const flood = startFlood(workplace, server, attack, load);
  const floodEnd = new AbortController();
  const pages = visitPages(cockpit, floodEnd.signal);
  const [honest, flooded] = await Promise.all([sendHonest(server, attack, load.seconds), flood]).finally(() =>
    floodEnd.abort(),
  );
  const waited = (1e3 * (waitedSeconds(server.pid) - waitedBefore)) / (performance.now() - startedAt);
  const result = { flooded, honest, pages: await pages, peak: residentMegabytes(server.pid).peak, waited };
  if (server !== cockpit) await server.stop();
  await cockpit.stop();
  const stored = countRows(file);
  workplace.remove(name);
  return { ...result, stored };
}

/** @throws Error with its standard error if it exits before its report */
async function startFlood(
  workplace: Workplace,
  { port }: RunningServer,
  { clients, addresses }: Attack,
  load: { perSecond: number; seconds: number },
): Promise<Flooded> {
  const options = { ...load, port, clients, addresses, connections: HOSTILE_CONNECTIONS, keepAlive: true };
  const flood = workplace.node(["tests/support/flood.mjs", JSON.stringify(options)], {});
  const [report] = (await Promise.race([
    once(flood.process, "message"),
    once(flood.process, "exit").then(() => {
      throw new Error(`The flood ended early.\n${flood.complaints()}`);
    }),
  ])) as [Flooded];
  return report;
}

async function visitPages({ port }: RunningServer, end: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!end.aborted) {
    const startedAt = performance.now();
    await requestPage(port, PAGE);
    times.push(performance.now() - startedAt);
    await pause(PAGE_INTERVAL);
  }
  return times;
}

/** Beacons of as many visitors as there are beacons, none of whom was there before, over the whole flood. */
async function sendHonest(server: RunningServer, attack: Attack, seconds: number): Promise<Result["honest"]> {
  const sent: Array<Promise<{ status: number; ms: number }>> = [];
  for (let visitor = 0; visitor < HONEST_BEACONS; visitor += 1) {
    await pause((1_000 * seconds) / (HONEST_BEACONS + 1));
    sent.push(sendBeacon(server, attack, visitor));
  }
  return Promise.all(sent);
}

async function sendBeacon(
  { port }: RunningServer,
  { clients }: Attack,
  visitor: number,
): Promise<{ status: number; ms: number }> {
  const body = bodyOf(visitor, now());
  const isForwarded = clients > 0;
  const startedAt = performance.now();
  const status = await new Promise<number>((resolve) => {
    const sent = request({
      ...{ host: HOST, port, path: "/readings", method: "POST", agent: false },
      ...(!isForwarded && { localAddress: `127.0.1.${visitor + 1}` }),
      headers: {
        "Content-Type": "text/plain",
        "Content-Length": Buffer.byteLength(body),
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
        ...(isForwarded && { "X-Forwarded-For": `203.0.113.${visitor + 1}` }),
      },
    });
    sent.on("error", () => resolve(0));
    sent.on("response", (response) => response.resume().on("end", () => resolve(response.statusCode ?? 0)));
    sent.end(body);
  });
  return { status, ms: performance.now() - startedAt };
}

const ACCEPTED = 204;

function figuresOf(
  program: Program,
  attack: Attack,
  { flooded, honest, pages, peak, stored, waited }: Result,
  { capacity, perSecond, seconds }: { capacity: Capacity; perSecond: number; seconds: number },
): Figure[] {
  const unanswered = flooded.statuses["0"] ?? 0;
  const accepted =
    EARLIER + (flooded.statuses[ACCEPTED] ?? 0) + honest.filter(({ status }) => status === ACCEPTED).length;
  const inTime = honest.filter(({ status, ms }) => status === ACCEPTED && ms <= IN_TIME).length;
  const answers = Object.entries(flooded.statuses).map(([status, count]) => `${count} × ${status}`);
  const statuses = [...new Set(honest.map(({ status }) => status))].map(
    (status) => `${honest.filter((one) => one.status === status).length} × ${status}`,
  );
  const sample = `${attack.name}, ${perSecond} beacons/s for ${seconds} s over ${HOSTILE_CONNECTIONS} connections, capacity ${Math.round(capacity.perSecond)}/s; ${flooded.sent} sent: ${answers.join(", ")}; honest: ${statuses.join(", ")}; ${pages.length} pages; the server waited ${Math.round(100 * waited)} % of the time for a processor, the flood saw answers ${flooded.delayP50.toFixed(1)} ms late (p50)`;
  const figure = (name: string, unit: string, value: number, target: Figure["target"]): Figure =>
    toFigure({
      ...{ bench: "overload", name: `${program}, ${attack.name}: ${name}`, unit, rounds: [value], sample },
      ...(target !== null && { target }),
    });
  return [
    figure(
      "measurements stored beyond those acknowledged",
      "rows",
      Math.abs(stored - accepted * PER_BEACON),
      {
        of: "value",
        // A connection that closes without an answer may have left a beacon.
        atMost: unanswered * PER_BEACON,
      },
    ),
    figure(`honest beacons of ${HONEST_BEACONS} accepted in a second`, "", inTime, {
      of: "value",
      atLeast: 19,
    }),
    figure("honest beacons, median answer", "ms", median(honest.map(({ ms }) => ms)), null),
    figure("slowest page of the cockpit", "ms", Math.max(...pages), { of: "value", atMost: 1_000 }),
    figure("median page of the cockpit", "ms", median(pages), null),
    figure("most resident memory", "MB", peak, { of: "value", atMost: 600 }),
    figure("refusals, p50", "ms", flooded.refusalP50, { of: "value", atMost: 50 }),
  ];
}
