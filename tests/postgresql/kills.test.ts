import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { createDatabase, dropDatabase } from "../support/postgresql/databases";
import { count, expectExact, Load } from "../support/postgresql/load";
import { eventually, type RunningServer, startServer } from "../support/server";
import { SeededRandom } from "../support/torture/seeded-random";

/** Kills of one cockpit and one collector each; VITEST_KILLS=60 is a minute. */
const KILLS = Number(process.env.VITEST_KILLS ?? 3);
/** Between two kills, in ms. */
const INTERVAL = 1_000;

type Program = "cockpit" | "collector";
const KINDS: readonly Program[] = ["cockpit", "collector"];
const PROGRAMS: readonly Program[] = ["cockpit", "cockpit", "collector", "collector", "collector"];

let url: string;
let isOver: boolean;
const alive: Array<RunningServer | null> = [];
const starting = new Set<Promise<void>>();

beforeEach(async () => {
  isOver = false;
  url = await createDatabase(inject("postgresql"));
});
afterEach(async () => {
  isOver = true;
  await Promise.all(starting);
  for (const server of alive.splice(0)) await server?.close();
  await dropDatabase(url);
});

/** Starts a process in its position; its load begins when it is healthy. */
function start(position: number): Promise<void> {
  const program = PROGRAMS[position];
  const env = { DATABASE_URL: `${url}?connection_limit=5`, MEASURE_COCKPIT: "false", PROFILING_ENABLED: "0" };
  const started = startServer({ ...(program !== undefined && { program }), env }).then((server) => {
    alive[position] = server;
    starting.delete(started);
  });
  starting.add(started);
  return started;
}

const running = (): RunningServer[] => alive.filter((server) => server !== null);

/** Positions of a program whose process runs. */
const positionsOf = (program: Program): number[] =>
  PROGRAMS.flatMap((one, i) => (one === program && alive[i] != null ? [i] : []));

/** Kills a process at this instant, and starts another one at its position. */
async function replace(position: number): Promise<void> {
  const victim = alive[position];
  alive[position] = null;
  await victim?.kill("SIGKILL");
  if (!isOver) void start(position);
}

describe("two cockpits and three collectors on one PostgreSQL", () => {
  it(
    "count each acknowledged beacon once while one of each is killed again and again",
    async () => {
      await Promise.all(PROGRAMS.map((_, position) => start(position)));
      const random = new SeededRandom(12);
      const load = new Load("kill", running, { senders: 10 });
      await load.more(500);
      for (let kill = 0; kill < KILLS; kill += 1) {
        // A busy machine starts them more slowly than they are killed.
        await eventually(
          () => KINDS.every((one) => positionsOf(one).length > 0),
          (haveAll) => haveAll,
        );
        for (const one of KINDS) void replace(random.pick(positionsOf(one)) ?? 0);
        await pause(INTERVAL);
      }
      await eventually(
        () => running().length,
        (n) => n === PROGRAMS.length,
      );
      await load.more(500);
      await load.stop();
      // Processes that were killed answered nothing; all others accepted.
      expect(load.refusals).toEqual([]);
      await expectExact(url, load);
      expect(await count(url, "SELECT count(*) FROM routes")).toBe(10);
      for (const server of running()) await server.healthy();
    },
    KILLS > 10 ? 60 * 60_000 : undefined,
  );
});
