import { prepareSignIn } from "../auth/sign-in.server";
import { prepareCspReports } from "../observability/csp-reports.server";
import { faroScript } from "../observability/faro-script.server";
import { createReleaseAnnotator } from "../observability/release-annotations/annotator.server";
import { startReleaseAnnotations } from "../observability/release-annotations/loop.server";
import { startTracing, tracing } from "../observability/tracing.server";
import { EnvironmentError, env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { singleton } from "../platform/singleton.server";
import { cockpitVersion } from "../platform/version.server";
import { moveOriginHeader } from "../server/origin-header.server";
import { processHooks } from "../server/process-hooks";
import { onShutdown } from "../server/shutdown.server";
import type { Database } from "../storage/database.server";
import { MigrationError } from "../storage/migrations";
import { BusyError } from "../storage/sqlite/busy.server";
import { DatabaseFileError } from "../storage/sqlite/database-file.server";
import { sqliteCode, sqliteMessage } from "../storage/sqlite/errors";
import { openProcessDatabase } from "./database.server";
import { faro } from "./faro.server";
import { ingest } from "./ingest.server";
import { notifyOfLooks } from "./notifications.server";
import { observability } from "./observability.server";
import { rollup } from "./rollup.server";
import { registerVitalsGauges } from "./vitals-gauges.server";

/** Shorter passwords are accepted with a warning. */
const WEAK_PASSWORD_LENGTH = 12;

/** Starts all background work, once per process. A failure ends the process with its reason. */
export const startOnce = (): Promise<void> => singleton("start", start).catch(failToStart);

async function start(): Promise<void> {
  moveOriginHeader();
  await startTracing();
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
  processHooks().onRequestEnd.add(({ method, pathname, status, durationMs }) => {
    metrics().requestSeconds.observe({ method, status: String(status) }, durationMs / 1000);
    log().debug({ method, pathname, status, durationMs: Math.round(durationMs) }, "request");
  });
  onShutdown([
    { name: "ingest", run: () => buffer.close() },
    { name: "faro", run: closeFaro },
    { name: "rollup", run: stop },
    { name: "release annotations", run: stopAnnotations },
    { name: "notifications", run: stopNotifications },
    { name: "database", run: () => database.close() },
    { name: "tracing", run: async () => tracing()?.close() },
  ]);
  warnOfWeakSettings();
  log().info({ version: cockpitVersion(), database: env().DATABASE_URL }, "ready");
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

/** Prints the message of an error that the operator can fix, and the stack of any other. */
function failToStart(error: unknown): never {
  process.stderr.write(`The cockpit can't start.\n${reasonOf(error)}\n`);
  process.exit(1);
}

function reasonOf(error: unknown): string {
  const kinds = [EnvironmentError, DatabaseFileError, MigrationError, BusyError];
  if (kinds.some((kind) => error instanceof kind) && error instanceof Error) return error.message;
  const code = sqliteCode(error);
  if (code !== null) {
    return `The database ${env().DATABASE_URL} can't be used: ${sqliteMessage(error)} (${code}).`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
