import { setTimeout as pause } from "node:timers/promises";
import { MINUTE } from "../../../app/vitals/time";
import {
  eventually,
  postBeacon,
  type RunningServer,
  readVitals,
  startServer,
  UNREACHED_LIMITS,
} from "../server";
import { exportedMeasurements } from "./exported";
import { type Beacon, type Exported, Ledger } from "./ledger";
import { differences } from "./recount";
import { SeededRandom } from "./seeded-random";

/** Beacons under way at once. */
const SENDERS = 12;

/** A server is killed within so many ms of load. */
const LONGEST_ROUND = 1_500;

/** Until then the summaries must equal a recount, in ms; a busy machine folds late. */
const FOLD_TIMEOUT = 2 * MINUTE;

/**
 * Kills servers under load, at random instants, and checks the database after each kill: by the product's export against
 * what was acknowledged, and by its JSON against a recount. Every other round has two servers on one file.
 */
export class Torture {
  readonly #random: SeededRandom;
  readonly ledger: Ledger;

  constructor(
    private readonly databasePath: string,
    seed: number,
    startedAt: number,
  ) {
    this.#random = new SeededRandom(seed);
    this.ledger = new Ledger(this.#random, startedAt);
  }

  /** @returns the faults of a round; empty where all promises hold */
  async round(number: number): Promise<string[]> {
    const servers = await this.#start(number % 2 === 0 ? 1 : 2);
    const faults = await this.#recount(servers[0] as RunningServer);
    const killed = this.#load(servers);
    await killed;
    return [...faults, ...this.ledger.faultsOf(await exportedMeasurements(this.databasePath))];
  }

  /** Sends again what was never acknowledged, and checks everything once more. */
  async finish(): Promise<string[]> {
    const [server] = await this.#start(1);
    if (server === undefined) return ["no server"];
    for (const beacon of this.ledger.open()) await this.#send(server, beacon);
    const faults = await this.#recount(server);
    await server.kill("SIGTERM");
    const stored = await exportedMeasurements(this.databasePath);
    if (stored.length !== this.ledger.size)
      faults.push(`${stored.length} measurements of ${this.ledger.size}`);
    return [...faults, ...this.ledger.faultsOf(stored)];
  }

  #start(count: number): Promise<RunningServer[]> {
    const env = { ...UNREACHED_LIMITS, MEASURE_COCKPIT: "false" };
    const start = () => startServer({ databasePath: this.databasePath, env });
    return Promise.all(Array.from({ length: count }, start));
  }

  /** Load on all servers, which are killed one after the other. */
  async #load(servers: readonly RunningServer[]): Promise<void> {
    const alive = new Set(servers);
    const resent = this.ledger.open();
    const sender = async (): Promise<void> => {
      for (;;) {
        const server = this.#random.pick([...alive]);
        if (server === undefined) return;
        await this.#send(server, resent.pop() ?? this.ledger.next());
      }
    };
    const kills = servers.map(async (server, i) => {
      await pause(1 + this.#random.below(LONGEST_ROUND) + i * 100);
      await server.kill("SIGKILL");
      alive.delete(server);
    });
    await Promise.all([...Array.from({ length: SENDERS }, sender), ...kills]);
  }

  async #send(server: RunningServer, beacon: Beacon): Promise<void> {
    const { route, buildVersion, reports: measurements } = beacon;
    const response = await postBeacon(server, { v: 1, route, buildVersion, measurements }).catch(() => null);
    await response?.arrayBuffer().catch(() => null);
    if (response?.status === 204) this.ledger.acknowledge(beacon);
    // A dead server answers nothing at once; others need the processor.
    if (response === null) await pause(5);
  }

  /** The summaries of all, of each release and of one route against a recount, once they are folded. */
  async #recount(server: RunningServer): Promise<string[]> {
    const stored = await exportedMeasurements(this.databasePath);
    const views: Array<[string, (one: Exported) => boolean]> = [
      ["", () => true],
      ...["2.4.0", "2.4.1", "2.4.2"].map((release): [string, (one: Exported) => boolean] => [
        `&release=${release}`,
        ({ buildVersion }) => buildVersion === release,
      ]),
      ["&route=/route-3", ({ route }) => route === "/route-3"],
    ];
    const deadline = performance.now() + FOLD_TIMEOUT;
    const faults: string[] = [];
    for (const [search, isIn] of views) {
      const expected = stored.filter(isIn);
      const found = await eventually(
        async () => differences(await readVitals(server, `?range=24h${search}`), expected),
        (all) => all.length === 0 || performance.now() > deadline,
      );
      faults.push(...found.map((one) => `${search || "all"}: ${one}`));
    }
    return faults;
  }
}
