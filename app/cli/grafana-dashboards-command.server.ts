import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DashboardConfig } from "../grafana/dashboards/dashboard";
import { frontendDashboard } from "../grafana/dashboards/frontend-dashboard";
import { releasesDashboard } from "../grafana/dashboards/releases-dashboard";
import { workerDashboard } from "../grafana/dashboards/worker-dashboard";
import { observabilityConfig } from "../observability/observability-config";
import { env } from "../platform/env.server";
import type { Command } from "./command";
import { UsageError } from "./command";

/** Relative to the working directory; git ignores it. */
const FOLDER = "data/grafana-dashboards";

export const grafanaDashboardsCommand: Command = {
  usage: "[--out FOLDER]",
  description:
    "Writes three dashboards as JSON, under the uids that the cockpit links to (GRAFANA_FRONTEND_DASHBOARD_UID,\n" +
    "GRAFANA_WORKER_DASHBOARD_UID and GRAFANA_RELEASES_DASHBOARD_UID). In Grafana: Dashboards, New, Import.",
  options: {
    out: { type: "string", value: "FOLDER", description: `where to write the files (default ${FOLDER})` },
  },
  maxPositionals: 0,

  async run({ values }, { stdout }) {
    const { dashboards } = observabilityConfig(env());
    requireDistinctUids(dashboards);
    const folder = resolve(typeof values.out === "string" ? values.out : FOLDER);
    await mkdir(folder, { recursive: true });
    for (const dashboard of [
      frontendDashboard(dashboards),
      workerDashboard(dashboards),
      releasesDashboard(dashboards),
    ]) {
      const file = join(folder, `${encodeURIComponent(dashboard.uid)}.json`);
      await writeFile(file, `${JSON.stringify(dashboard, null, 2)}\n`);
      await stdout.write(`${file}  ${dashboard.title}\n`);
    }
  },
};

/** @throws UsageError for two dashboards under one uid: the import of the second would replace the first */
function requireDistinctUids(dashboards: DashboardConfig): void {
  const names = new Map<string, string>();
  for (const [name, uid] of [
    ["GRAFANA_FRONTEND_DASHBOARD_UID", dashboards.frontendDashboardUid],
    ["GRAFANA_WORKER_DASHBOARD_UID", dashboards.workerDashboardUid],
    ["GRAFANA_RELEASES_DASHBOARD_UID", dashboards.releasesDashboardUid],
  ] as const) {
    const other = names.get(uid);
    if (other !== undefined) throw new UsageError(`${other} and ${name} must differ; both are "${uid}".`);
    names.set(uid, name);
  }
}
