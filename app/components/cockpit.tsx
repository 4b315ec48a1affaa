import type { ReactNode } from "react";
import type { CockpitPage } from "../presenters/cockpit-page";
import { CONNECT_ID } from "../presenters/empty-state";
import { ComparisonPanel } from "./comparison-banner";
import { Connect } from "./connect";
import { FilterBar } from "./filter-bar";
import { GrafanaMenu } from "./grafana-menu";
import { Downloads, Links } from "./links";
import { Note } from "./note";
import { PageShell } from "./page-shell";
import { PanelError, Section } from "./panel";
import { RouteSearch, RouteTable } from "./route-table";
import { ViewSentence } from "./view-sentence";
import { VitalsPanel } from "./vitals-panel";

/** The main page. */
export function Cockpit({ page }: { page: CockpitPage }): ReactNode {
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
      {view.ok && <ViewSentence words={view.value.words} />}
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
