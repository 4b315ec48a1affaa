import type { ReactNode } from "react";
import type { CockpitPageModel } from "../../presenters/cockpit-page/cockpit-page";
import { CONNECT_ID } from "../../presenters/cockpit-page/connect";
import { ComparisonPanel } from "../comparison/banner";
import { Downloads, Links } from "../format/links";
import { Note } from "../note";
import { FilterBar } from "../page/filter-form";
import { GrafanaMenu } from "../page/grafana-menu";
import { PageShell } from "../page/page-header";
import { Sources } from "../page/sources";
import { ViewSummary } from "../page/view-summary";
import { VitalsPanel } from "../page/vitals-panel";
import { PanelError, Section } from "../panel";
import { Connect } from "./connect";
import { RouteSearch, RouteTable } from "./route-table";

/** The main page. */
export function Cockpit({ page }: { page: CockpitPageModel }): ReactNode {
  const menu = <GrafanaMenu menu={page.grafana} />;
  const { connect } = page;
  if (connect !== null && connect.below === null) {
    return (
      <PageShell header={page.header} ignored={page.ignored} menu={menu}>
        <Connect connect={connect} />
      </PageShell>
    );
  }
  const { view, comparison, routes } = page;
  const hint = view.ok ? view.value.hint : null;
  return (
    <PageShell header={page.header} ignored={page.ignored} menu={menu}>
      <FilterBar filters={page.filters} />
      {view.ok && <ViewSummary summary={view.value.summary} />}
      {view.ok && <Sources sources={view.value.sources} />}
      {hint !== null && (
        <Note>
          {hint.text} <Links links={hint.links} />
        </Note>
      )}
      {comparison !== null && <ComparisonPanel comparison={comparison} />}
      <VitalsPanel view={view} />
      <Section id="routes" title="Routes" aside={routes.ok ? <RouteSearch table={routes.value} /> : null}>
        {routes.ok ? <RouteTable table={routes.value} /> : <PanelError message={routes.message} />}
      </Section>
      {connect?.below != null && (
        <Section id={CONNECT_ID} title={connect.below}>
          <Connect connect={connect} />
        </Section>
      )}
      <Downloads downloads={page.downloads} />
    </PageShell>
  );
}
