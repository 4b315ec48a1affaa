import type { ReactNode } from "react";
import type { ReleasesPageModel } from "../../presenters/releases-page/releases-page";
import { Downloads } from "../format/links";
import { Select } from "../page/filter-form";
import { GrafanaMenu } from "../page/grafana-menu";
import { PageShell } from "../page/page-header";
import { PanelError, Section } from "../panel";
import { ReleasesTable } from "./releases-table";

/** All releases with what they measured. */
export function ReleasesPage({ page }: { page: ReleasesPageModel }): ReactNode {
  const { filters, table } = page;
  return (
    <PageShell header={page.header} ignored={page.ignored} menu={<GrafanaMenu menu={page.grafana} />}>
      <div className="filters">
        <form className="filter-form" action={filters.action} method="get" data-island="filters">
          {filters.hidden.map(({ name, value }) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {filters.selects.map((select) => (
            <Select key={select.name} select={select} />
          ))}
          <button type="submit">Apply</button>
        </form>
        {filters.resetHref !== null && (
          <p className="filter-links">
            <a href={filters.resetHref}>Reset</a>
          </p>
        )}
      </div>
      <p className="view-words">
        <strong>{page.words.join(" · ")}</strong>
      </p>
      <Section
        id="releases"
        title="Releases, the newest first"
        aside={table.ok ? <span className="quiet">{table.value.count}</span> : null}
      >
        {table.ok ? <ReleasesTable table={table.value} /> : <PanelError message={table.message} />}
      </Section>
      <Downloads downloads={page.downloads} />
    </PageShell>
  );
}
