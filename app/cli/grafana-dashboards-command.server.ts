import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { frontendDashboard } from "../grafana/dashboards/frontend-dashboard";
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
    "Writes two dashboards as JSON, under the uids that the cockpit links to (GRAFANA_FRONTEND_DASHBOARD_UID and\n" +
    "GRAFANA_WORKER_DASHBOARD_UID). In Grafana: Dashboards, New, Import.",
  options: {
    out: { type: "string", value: "FOLDER", description: `where to write the files (default ${FOLDER})` },
  },
  maxPositionals: 0,

  async run({ values }, { stdout }) {
    const { dashboards } = observabilityConfig(env());
    if (dashboards.frontendDashboardUid === dashboards.workerDashboardUid) {
      throw new UsageError(
        `GRAFANA_FRONTEND_DASHBOARD_UID and GRAFANA_WORKER_DASHBOARD_UID must differ; both are "${dashboards.workerDashboardUid}".`,
      );
    }
    const folder = resolve(typeof values.out === "string" ? values.out : FOLDER);
    await mkdir(folder, { recursive: true });
    for (const dashboard of [frontendDashboard(dashboards), workerDashboard(dashboards)]) {
      const file = join(folder, `${encodeURIComponent(dashboard.uid)}.json`);
      await writeFile(file, `${JSON.stringify(dashboard, null, 2)}\n`);
      await stdout.write(`${file}  ${dashboard.title}\n`);
    }
  },
};
