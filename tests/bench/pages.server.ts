import { Agent, get } from "node:http";
import { now as clock } from "../../app/platform/clock.server";
import { METRICS } from "../../app/vitals/metrics";
import type { RangeName } from "../../app/vitals/time";
import type { Bench, BenchContext } from "./bench";
import { measureBytes } from "./browser.server";
import { type Figure, type Target, toFigure } from "./figures";
import { LARGE_SITE } from "./fixture.server";
import { inTurns, type Round } from "./read.server";
import { HOST, type RunningServer, startCockpit, TOKEN } from "./servers.server";
import { addRawRows, createLongSite, createSite } from "./site.server";

const RAW_ROWS = 100_000;
const SAMPLE = `9 rounds of 5 answers, p50, request to last byte over HTTP; ${LARGE_SITE.routes} routes × ${LARGE_SITE.devices.length} devices`;

/** `Accept-Encoding` of Chromium over HTTP. */
const ENCODINGS = "gzip, deflate, br";

const ROUTE = encodeURIComponent("/section-1/[id]");
const PAGE = "/admin/performance";
const ENDPOINT = "/api/admin/performance/web-vitals";

/** The timed documents, the JSON response of each as its baseline, and their targets in ms. */
const DOCUMENTS = [
  { name: "cockpit, 24h", path: `${PAGE}?range=24h`, json: `${ENDPOINT}?range=24h`, atMost: 50 },
  { name: "cockpit, 30d", path: `${PAGE}?range=30d`, json: `${ENDPOINT}?range=30d`, atMost: 90 },
  {
    name: "page of a route, 24h",
    path: `${PAGE}/route?route=${ROUTE}&range=24h`,
    json: `${ENDPOINT}?route=${ROUTE}&range=24h`,
    atMost: 50,
  },
];

/** A collector that refuses connections: only the size of its script is measured. */
const NO_COLLECTOR = "http://127.0.0.1:1/collect";

/** Millions of measurements in 30 days. */
const MILLIONS = [1, 10, 100] as const;
const TABLE_RANGES: readonly RangeName[] = ["1h", "24h", "7d", "30d", "90d"];
const HOURS_OF_30_DAYS = 720;

export const pagesBench: Bench = async ({ workplace, log }) => {
  const at = clock();
  const file = workplace.file("pages.db");
  log(`pages: creating summaries and ${RAW_ROWS} raw rows`);
  await createSite(file, at);
  addRawRows(file, at, RAW_ROWS);
  const figures: Figure[] = [];
  const cockpit = await startCockpit(file);
  try {
    log("pages: documents");
    figures.push(...(await measureDocuments(cockpit)));
    log("pages: bytes in Chromium");
    const withFaro = await startCockpit(file, { FARO_URL: NO_COLLECTOR });
    try {
      figures.push(...(await measureBytes(cockpit.port, withFaro.port, `${PAGE}?range=24h`)));
    } finally {
      await withFaro.stop();
    }
  } finally {
    await cockpit.stop();
  }
  return [...figures, ...(await measureSizes({ workplace, log }, at))];
};

/** Keeps connections open, like a browser. */
const agent = new Agent({ keepAlive: true });

/**
 * Requests `path` as an admin, and reads the compressed response.
 * @throws Error for a status other than 200
 */
export function requestPage(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, "Accept-Encoding": ENCODINGS };
    const clientRequest = get({ host: HOST, port, path, agent, headers }, (response) => {
      response.on("error", reject).resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path}: status ${response.statusCode}.`));
      });
    });
    clientRequest.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection meanwhile: https://nodejs.org/api/http.html#requestreusedsocket
      if (clientRequest.reusedSocket && error.code === "ECONNRESET") resolve(requestPage(port, path));
      else reject(error);
    });
  });
}

const requesting = (port: number, path: string): Round => ({ answer: () => requestPage(port, path) });

async function measureDocuments({ port }: RunningServer): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, path, json, atMost } of DOCUMENTS) {
    const rounds = await inTurns({ document: requesting(port, path), json: requesting(port, json) });
    const target: Target = { of: "value", atMost };
    figures.push(
      toFigure({
        bench: "pages",
        name,
        unit: "ms",
        rounds: rounds.document,
        baseline: { name: "the JSON answer over HTTP", rounds: rounds.json },
        target,
        sample: `${SAMPLE} at ${LARGE_SITE.pageViewsPerHour} page views an hour`,
      }),
    );
  }
  return figures;
}

/** The cockpit's document over each range, for sites of increasing traffic. */
async function measureSizes(
  { workplace, log }: Pick<BenchContext, "workplace" | "log">,
  at: number,
): Promise<Figure[]> {
  const cockpits: Array<{ name: string; cockpit: RunningServer }> = [];
  try {
    for (const millions of MILLIONS) {
      log(`pages: creating summaries of ${millions} million measurements in 30 days`);
      const file = workplace.file(`pages-${millions}.db`);
      const pageViewsPerHour = (millions * 1e6) / METRICS.length / HOURS_OF_30_DAYS;
      await createLongSite(file, at, { ...LARGE_SITE, pageViewsPerHour });
      cockpits.push({ name: `${millions} M`, cockpit: await startCockpit(file) });
    }
    const figures: Figure[] = [];
    for (const range of TABLE_RANGES) {
      log(`pages: ${range} of each`);
      const path = `${PAGE}?range=${range}`;
      const rounds = await inTurns<string>(
        Object.fromEntries(cockpits.map(({ name, cockpit }) => [name, requesting(cockpit.port, path)])),
      );
      const smallest = { name: `${range} of ${MILLIONS[0]} M`, rounds: rounds[`${MILLIONS[0]} M`] ?? [] };
      for (const { name } of cockpits) {
        figures.push(
          toFigure({
            bench: "pages",
            name: `${range} of ${name}`,
            unit: "ms",
            rounds: rounds[name] ?? [],
            ...(name !== `${MILLIONS[0]} M` && { baseline: smallest }),
            sample: `${SAMPLE}; summaries of so many million measurements in 30 days`,
          }),
        );
      }
    }
    return figures;
  } finally {
    for (const { cockpit } of cockpits) await cockpit.stop();
  }
}
