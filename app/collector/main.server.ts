// The entry of build/collector.js: `npm run collector`.
import { createServer } from "node:http";
import { service } from "../observability/service.server";
import { startTracing, tracing } from "../observability/tracing.server";
import { env, environmentOf, mode } from "../platform/env.server";
import { log } from "../platform/log.server";
import { withoutSecrets } from "../platform/postgresql-url";
import { cockpitVersion } from "../platform/version.server";
import { mountProfiling } from "../profiling/mount.server";
import { openProcessDatabase } from "../runtime/database.server";
import { faro } from "../runtime/faro.server";
import { ingest } from "../runtime/ingest.server";
import { profileFolder } from "../runtime/profile-folder.server";
import { measureRequests } from "../runtime/request-metrics.server";
import { failToStart } from "../runtime/start-failure.server";
import { createPreparation } from "../server/prepare-request.mjs";
import { onShutdown } from "../server/shutdown.server";
import { collectorRouteOf, createCollector } from "./collector.server";
import { collectorRoutes } from "./routes.server";

async function start(): Promise<void> {
  const database = await openProcessDatabase({ isLean: true });
  const routes = collectorRoutes();
  await startTracing({ routeOf: (path) => collectorRouteOf(routes, path), onRequest: () => {} });
  const { buffer } = ingest();
  const { close: closeFaro } = faro();
  measureRequests();
  onShutdown([
    { name: "ingest", run: () => buffer.close() },
    { name: "faro", run: closeFaro },
    { name: "database", run: () => database.close() },
    { name: "tracing", run: async () => tracing()?.close() },
  ]);
  const { COLLECTOR_PORT, HOST, PROFILING_ENABLED, PROFILING_TARGETS_TOKEN, DATABASE_URL } = env();
  const profiling = mountProfiling({
    // As another service: with the token that the cockpit sends to its targets.
    enabled: (PROFILING_ENABLED ?? mode() === "development") && PROFILING_TARGETS_TOKEN !== null,
    token: PROFILING_TARGETS_TOKEN ?? undefined,
    folder: profileFolder("collector-profiles"),
    service: `${service().name}-collector`,
    release: cockpitVersion(),
  });
  const listener = createCollector({ routes, prepare: createPreparation(environmentOf()), profiling });
  // The largest headers that the cockpit accepts.
  const server = createServer({ maxHeaderSize: 65_536 }, listener);
  server.listen(COLLECTOR_PORT, HOST ?? undefined, () => {
    log().info(
      { version: cockpitVersion(), database: withoutSecrets(DATABASE_URL), port: COLLECTOR_PORT },
      "ready",
    );
  });
}

start().catch((error: unknown) => failToStart("collector", error));
