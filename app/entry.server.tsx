import { routes } from "@remix-run/dev/server-build";
import type { EntryContext } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { renderToString } from "react-dom/server";
import { prepareSignIn } from "./auth/sign-in.server";
import { type DocumentAssets, DocumentAssetsContext } from "./components/document";
import { faro } from "./runtime/faro.server";
import { ingest } from "./runtime/ingest.server";
import { provideRoutes } from "./observability/build-routes.server";
import { faroScript } from "./observability/faro-script.server";
import { observability } from "./runtime/observability.server";
import { createReleaseAnnotator } from "./observability/release-annotations/annotator.server";
import { routePattern } from "./observability/route-pattern";
import { startTracing, tracing } from "./observability/tracing.server";
import { EnvironmentError, env } from "./platform/env.server";
import { log } from "./platform/log.server";
import { metrics } from "./platform/metrics.server";
import { singleton } from "./platform/singleton.server";
import { cockpitVersion } from "./platform/version.server";
import { rollup } from "./runtime/rollup.server";
import { startReleaseMarkers } from "./observability/release-annotations/loop.server";
import { processHooks } from "./server/process-hooks";
import { onShutdown } from "./server/shutdown.server";
import { trackerAsset } from "./server/tracker-asset.server";
import { BusyError } from "./storage/busy.server";
import type { Database } from "./storage/database.server";
import { openInstance } from "./runtime/database.server";
import { MigrationError } from "./storage/migrations.server";
import { OWN_BUILD_PREFIX } from "./vitals/measurement";

/** Passwords shorter than this are taken, and warned of. */
const EASILY_GUESSED = 12;

/** Marks new releases in Grafana where that is wanted; gives how to end it. */
function markReleases(database: Database): () => Promise<void> {
  const { releaseMarkers } = observability();
  if (env().GRAFANA_SERVICE_ACCOUNT_TOKEN !== null && env().GRAFANA_BASE_URL === null) {
    log().warn("GRAFANA_SERVICE_ACCOUNT_TOKEN is set without GRAFANA_BASE_URL: no release is marked.");
  }
  if (releaseMarkers === null) return async () => {};
  const stop = new AbortController();
  const tell = createReleaseAnnotator(releaseMarkers, stop.signal);
  const markers = startReleaseMarkers(database, tell, stop);
  return () => markers.stop();
}

/** Starts everything that runs besides requests, once a process, before the first request is taken. */
async function start(): Promise<void> {
  await startTracing();
  faroScript();
  const database = await openInstance();
  await prepareSignIn(database);
  const { buffer, onStored } = ingest();
  const { close: closeFaro } = faro();
  const { loop, stop } = rollup();
  onStored(() => loop.wake());
  const stopMarking = markReleases(database);
  processHooks().onRequestEnd.add(({ method, pathname, status, durationMs }) => {
    metrics().requestSeconds.observe({ method, status: String(status) }, durationMs / 1000);
    log().debug({ method, pathname, status, durationMs: Math.round(durationMs) }, "request");
  });
  onShutdown([
    { name: "ingest", run: () => buffer.close() },
    { name: "faro", run: closeFaro },
    { name: "rollup", run: stop },
    { name: "release markers", run: stopMarking },
    { name: "database", run: () => database.close() },
    { name: "tracing", run: async () => tracing()?.close() },
  ]);
  if (env().ADMIN_API_TOKEN === null) {
    log().warn("ADMIN_API_TOKEN is not set: /api/admin/* is only for who is signed in.");
  }
  if ((env().ADMIN_PASSWORD?.length ?? EASILY_GUESSED) < EASILY_GUESSED) {
    log().warn(`ADMIN_PASSWORD has fewer than ${EASILY_GUESSED} characters: it is easily guessed.`);
  }
  log().info({ version: cockpitVersion(), database: env().DATABASE_URL }, "ready");
}

/** What an operator can mend is said in one line; anything else keeps its stack. */
function failToStart(error: unknown): never {
  const mendable = [EnvironmentError, MigrationError, BusyError].some((kind) => error instanceof kind);
  const text = error instanceof Error ? (mendable ? error.message : error.stack) : String(error);
  process.stderr.write(`The cockpit can't start.\n${text}\n`);
  process.exit(1);
}

// The build, of which this is a part, is whole only when all of it has run.
provideRoutes(() => routes);

await singleton("start", start).catch(failToStart);

function assetsOf(context: EntryContext): DocumentAssets {
  const asset = env().MEASURE_COCKPIT ? trackerAsset() : null;
  const script = faroScript();
  const buildVersion = OWN_BUILD_PREFIX + cockpitVersion();
  const route = routePattern(context.staticHandlerContext.matches);
  return {
    islands: context.manifest.entry.module,
    demo: env().DEMO,
    vitals: asset && { src: `/vitals/${asset.hash}.js`, integrity: asset.integrity, buildVersion, route },
    // What the cockpit measures of itself is no site's, even where FARO_URL is a cockpit's.
    faro: script && { ...script, version: buildVersion, route },
  };
}

/** Renders a document whole: pages are small, and a page in one piece can be compressed and cached best. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Response {
  const html = renderToString(
    <DocumentAssetsContext.Provider value={assetsOf(context)}>
      <RemixServer context={context} url={request.url} />
    </DocumentAssetsContext.Provider>,
  );
  headers.set("Content-Type", "text/html; charset=utf-8");
  const traceparent = tracing()?.traceparent() ?? null;
  // By which a page's telemetry knows the trace that it was made in.
  if (traceparent !== null) headers.append("Server-Timing", `traceparent;desc="${traceparent}"`);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "private, no-cache");
  return new Response(`<!DOCTYPE html>${html}`, { status, headers });
}

/** Errors of loaders and actions; a request that its client gave up on is none, and neither is a wrong address. */
export function handleError(error: unknown, { request }: { request: Request }): void {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  log().error({ err: error, path: new URL(request.url).pathname }, "request failed");
}
