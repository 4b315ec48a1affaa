import { copyFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { now as clock, monotonic } from "../../app/platform/clock.server";
import type { RangeName } from "../../app/vitals/time";
import type { Bench } from "./bench";
import { buildEarlier, EARLIER } from "./earlier-build.server";
import { toFigure } from "./figures";
import { LARGE_SITE } from "./fixture.server";
import { sendAll } from "./load.server";
import { createRequests } from "./loaded-server.server";
import { requestPage } from "./pages.server";
import { startCockpit } from "./servers.server";

/** Many: on a machine with other guests, the ratio of two answers differs by a half. */
const ROUNDS = 21;
const WARM_UP = 3;

/**
 * Before each answer, in ms: what arrived while one version computed its page would otherwise compete with the other one for
 * the processors. The fold runs at least once between two answers of a version.
 */
const PAUSE = 600;

/** Most of the time that the earlier version needs. */
const TARGETS: Readonly<Partial<Record<RangeName, number>>> = { "24h": 0.45, "30d": 0.35, "90d": 0.22 };
const RANGES = Object.keys(TARGETS) as RangeName[];

const PER_SECOND = Math.round(LARGE_SITE.pageViewsPerHour / 3600);

export const cockpitBench: Bench = async ({ workplace, log }) => {
  log(`cockpit: building version ${EARLIER}`);
  const build = await buildEarlier(workplace);
  log("cockpit: creating summaries of a large site");
  const at = clock();
  const files = { earlier: workplace.file("earlier.db"), today: workplace.file("cockpit.db") };
  await build.createSite(files.earlier, at);
  copyFileSync(files.earlier, files.today);
  const earlier = await startCockpit(files.earlier, {}, build);
  const today = await startCockpit(files.today);
  log(`cockpit: pages of both versions, ${PER_SECOND} beacons/s to each`);
  const arriving = [earlier, today].map(({ port }) => keepSending(port));
  try {
    const measured = await measure({ earlier: earlier.port, today: today.port });
    return RANGES.map((range) =>
      toFigure({
        bench: "cockpit",
        name: `cockpit, ${range}`,
        unit: "ms",
        rounds: measured[range].map((round) => round.today),
        baseline: { name: `version ${EARLIER}`, rounds: measured[range].map((round) => round.earlier) },
        ...(TARGETS[range] !== undefined && { target: { of: "ratio", atMost: TARGETS[range] } }),
        sample: `${ROUNDS} documents of each version, one after the other, request to last byte; ${LARGE_SITE.routes} routes × ${LARGE_SITE.devices.length} devices, ${PER_SECOND} beacons/s arrive`,
      }),
    );
  } finally {
    await Promise.all(arriving.map((stop) => stop()));
    await earlier.stop();
    await today.stop();
  }
};

type Version = "earlier" | "today";
type Answers = Array<Record<Version, number>>;

/** Duration of each document by range and version, in ms. */
async function measure(ports: Record<Version, number>): Promise<Record<RangeName, Answers>> {
  const results = Object.fromEntries(RANGES.map((range) => [range, []])) as unknown as Record<
    RangeName,
    Answers
  >;
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const range of RANGES) {
      const durations = { earlier: 0, today: 0 };
      const order: Version[] = round % 2 === 0 ? ["earlier", "today"] : ["today", "earlier"];
      for (const version of order) {
        await pause(PAUSE);
        const start = monotonic();
        await requestPage(ports[version], `/admin/performance?range=${range}`);
        durations[version] = monotonic() - start;
      }
      if (round >= 0) results[range].push(durations);
    }
  }
  return results;
}

/** Sends page views until the returned function is called, which resolves after the last. */
function keepSending(port: number): () => Promise<void> {
  let isStopped = false;
  const send = async (): Promise<void> => {
    for (let first = 0; !isStopped; first += PER_SECOND) {
      await sendAll(port, createRequests(first, PER_SECOND), { connections: 2, perSecond: PER_SECOND });
    }
  };
  const sent = send();
  // An error is reported by the returned function.
  sent.catch(() => {});
  return () => {
    isStopped = true;
    return sent;
  };
}
