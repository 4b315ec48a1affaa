import type { ReactNode } from "react";
import type { ReleasesPageModel } from "../../presenters/releases-page/releases-page";
import { Downloads } from "../format/links";
import { PlainFilters } from "../page/filter-form";
import { GrafanaMenu } from "../page/grafana-menu";
import { PageShell } from "../page/page-header";
import { Sources } from "../page/sources";
import { PanelError, Section } from "../panel";
import { ReleaseCharts } from "./release-charts";
import { ReleasesTable } from "./releases-table";

/** All releases with what they measured. */
export function ReleasesPage({ page }: { page: ReleasesPageModel }): ReactNode {
  const { filters, table } = page;
  return (
    <PageShell header={page.header} ignored={page.ignored} menu={<GrafanaMenu menu={page.grafana} />}>
      <PlainFilters filters={filters} />
      <p className="mb-4 wrap-anywhere">
        <strong>{page.summary.join(" · ")}</strong>
      </p>
      <Sources sources={page.sources} />
      <Section
        id="releases"
        title="Releases, the newest first"
        aside={table.ok ? <span className="text-quiet">{table.value.count}</span> : null}
      >
        <ReleaseCharts charts={page.charts} />
        {table.ok ? <ReleasesTable table={table.value} /> : <PanelError message={table.message} />}
      </Section>
      <Downloads downloads={page.downloads} />
    </PageShell>
  );
}
