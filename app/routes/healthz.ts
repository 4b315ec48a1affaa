import { env } from "../platform/env.server";
import { type HealthReport, healthOf } from "../presenters/api/health";
import { database } from "../runtime/database.server";
import { ingest } from "../runtime/ingest.server";
import { rollup } from "../runtime/rollup.server";
import { jsonNoStore, methodNotAllowed } from "../server/responses.server";
import { isDraining } from "../server/shutdown.server";
import { isReachable } from "../storage/health.server";

/** For load balancers and supervisors: 200 when fit, 503 with the reasons when not. */
export async function loader(): Promise<Response> {
  const report: HealthReport = healthOf({
    databaseReachable: await isReachable(database()),
    databaseDamaged: database().isDamaged(),
    bufferDepth: ingest().buffer.depth,
    bufferCapacity: env().INGEST_BUFFER_SIZE,
    failedCommitAgoMs: ingest().failedCommitAgo(),
    shedAgoMs: ingest().shedAgo(),
    foldLagMs: rollup().loop.lag,
    draining: isDraining(),
  });
  return jsonNoStore(report, { status: report.status === "ok" ? 200 : 503 });
}

export const action = (): Response => methodNotAllowed("GET, HEAD");
