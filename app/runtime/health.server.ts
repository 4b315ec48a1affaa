import { env } from "../platform/env.server";
import { type HealthReport, healthOf } from "../presenters/api/health";
import { jsonNoStore } from "../server/responses.server";
import { isDraining } from "../server/shutdown.server";
import { isReachable } from "../storage/health.server";
import { database } from "./database.server";
import { ingest } from "./ingest.server";

/**
 * The answer of /healthz: 200 when the process is fit, 503 with the reasons when not.
 * @param foldLagMs how long there have been measurements to fold; `null` in a process that does not fold
 */
export async function healthResponse(foldLagMs: number | null): Promise<Response> {
  const report: HealthReport = healthOf({
    databaseReachable: await isReachable(database()),
    databaseDamaged: database().isDamaged(),
    bufferDepth: ingest().buffer.depth,
    bufferCapacity: env().INGEST_BUFFER_SIZE,
    failedCommitAgoMs: ingest().failedCommitAgo(),
    shedAgoMs: ingest().shedAgo(),
    foldLagMs,
    draining: isDraining(),
  });
  return jsonNoStore(report, { status: report.status === "ok" ? 200 : 503 });
}
