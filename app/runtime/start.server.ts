import { prepareSignIn } from "../auth/sign-in.server";
import { routeOf, traceLoaders } from "../observability/build-routes.server";
import { prepareCspReports } from "../observability/csp-reports.server";
import { faroScript } from "../observability/faro-script.server";
import { createReleaseAnnotator } from "../observability/release-annotations/annotator.server";
import { startReleaseAnnotations } from "../observability/release-annotations/loop.server";
import { startTracing, tracing } from "../observability/tracing.server";
import { env, mode } from "../platform/env.server";
import { log } from "../platform/log.server";
import { withoutSecrets } from "../platform/postgresql-url";
import { singleton } from "../platform/singleton.server";
import { cockpitVersion } from "../platform/version.server";
import { dropDataParameter } from "../server/data-parameter.server";
import { moveOriginHeader } from "../server/origin-header.server";
import { onShutdown } from "../server/shutdown.server";
import type { Database } from "../storage/database.server";
import { answerBeaconsBeforeRemix } from "./beacon-endpoints.server";
import { openProcessDatabase } from "./database.server";
import { faro } from "./faro.server";
import { ingest } from "./ingest.server";
import { notifyOfLooks } from "./notifications.server";
import { observability } from "./observability.server";
import { watchRefusals } from "./refusals.server";
import { measureRequests } from "./request-metrics.server";
import { rollup } from "./rollup.server";
import { failToStart } from "./start-failure.server";
import { registerVitalsGauges } from "./vitals-gauges.server";
import { warmUp } from "./warm-up.server";

/** Shorter passwords are accepted with a warning. */
const WEAK_PASSWORD_LENGTH = 12;

/** Starts all background work, once per process. A failure ends the process with its reason. */
export const startOnce = (): Promise<void> =>
  singleton("start", start).catch((error: unknown) => failToStart("cockpit", error));

async function start(): Promise<void> {
  moveOriginHeader();
  dropDataParameter();
  await startTracing({ routeOf, onRequest: traceLoaders });
  faroScript();
  const database = await openProcessDatabase();
  await prepareSignIn(database);
  const { buffer, onStored } = ingest();
  prepareCspReports();
  const { close: closeFaro } = faro();
  const { loop, stop } = rollup();
  onStored(() => loop.wake());
  registerVitalsGauges();
  const stopAnnotations = annotateReleases(database);
  const stopNotifications = notifyOfLooks(database);
  watchRefusals();
  measureRequests();
  // In development, the routes are those of the latest change.
  if (mode() !== "development") answerBeaconsBeforeRemix();
  const stopWarmUp = warmUp();
  onShutdown([
    { name: "ingest", run: () => buffer.close() },
    { name: "faro", run: closeFaro },
    { name: "rollup", run: stop },
    { name: "release annotations", run: stopAnnotations },
    { name: "notifications", run: stopNotifications },
    { name: "warm-up", run: stopWarmUp },
    { name: "database", run: () => database.close() },
    { name: "tracing", run: async () => tracing()?.close() },
  ]);
  warnOfWeakSettings();
  log().info({ version: cockpitVersion(), database: withoutSecrets(env().DATABASE_URL) }, "ready");
}

/**
 * Starts to annotate new releases in Grafana, if that is configured.
 * @returns the function that stops it
 */
function annotateReleases(database: Database): () => Promise<void> {
  const { releaseAnnotations } = observability();
  if (env().GRAFANA_SERVICE_ACCOUNT_TOKEN !== null && env().GRAFANA_BASE_URL === null) {
    log().warn("GRAFANA_SERVICE_ACCOUNT_TOKEN is set without GRAFANA_BASE_URL: no release is annotated");
  }
  if (releaseAnnotations === null) return async () => {};
  const stop = new AbortController();
  const annotate = createReleaseAnnotator(releaseAnnotations, stop.signal);
  const loop = startReleaseAnnotations(database, annotate, stop);
  return () => loop.stop();
}

function warnOfWeakSettings(): void {
  if (env().ADMIN_API_TOKEN === null) {
    log().warn("ADMIN_API_TOKEN is not set: /api/admin/* accepts API tokens and signed-in admins only");
  }
  if ((env().ADMIN_PASSWORD?.length ?? WEAK_PASSWORD_LENGTH) < WEAK_PASSWORD_LENGTH) {
    log().warn(`ADMIN_PASSWORD has fewer than ${WEAK_PASSWORD_LENGTH} characters: it is easy to guess`);
  }
}
