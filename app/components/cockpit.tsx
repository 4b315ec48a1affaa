import type { ReactNode } from "react";
import type { CockpitPage, HintModel } from "../presenters/cockpit-page";
import { Connect } from "./connect";
import { FilterBar } from "./filter-bar";
import { GrafanaMenu } from "./grafana-menu";
import { MetricCards } from "./metric-card";
import { PageShell } from "./page-shell";
import { PanelError, Section } from "./panel";
import { RouteSearch, RouteTable } from "./route-table";
import { TrendChart } from "./trend-chart";
import { ViewSentence } from "./view-sentence";

/** The main page. */
export function Cockpit({ page }: { page: CockpitPage }): ReactNode {
  const menu = <GrafanaMenu menu={page.grafana} />;
  if (page.connect !== null) {
    return (
      <PageShell header={page.header} ignored={page.ignored} menu={menu}>
        <Connect connect={page.connect} />
      </PageShell>
    );
  }
  const { view, routes } = page;
  return (
    <PageShell header={page.header} ignored={page.ignored} menu={menu}>
      <FilterBar filters={page.filters} />
      {view.ok ? (
        <>
          <ViewSentence words={view.value.words} />
          {view.value.hint !== null && <Hint hint={view.value.hint} />}
          <MetricCards cards={view.value.cards} />
          <Section id="trend" title={view.value.trend.title}>
            <TrendChart chart={view.value.trend} />
          </Section>
        </>
      ) : (
        <Section id="trend" title="Vitals">
          <PanelError message={view.message} />
        </Section>
      )}
      <Section id="routes" title="Routes" aside={routes.ok ? <RouteSearch table={routes.value} /> : null}>
        {routes.ok ? <RouteTable table={routes.value} /> : <PanelError message={routes.message} />}
      </Section>
      <footer className="downloads">
        {page.downloads.map(({ text, href }) => (
          <a key={text} href={href}>
            {text}
          </a>
        ))}
      </footer>
    </PageShell>
  );
}

/** What to ask for instead of a view without data. */
function Hint({ hint }: { hint: HintModel }): ReactNode {
  return (
    <p className="note">
      {hint.text}{" "}
      {hint.links.map(({ text, href }, i) => (
        <span key={href}>
          {i > 0 && " · "}
          <a href={href}>{text}</a>
        </span>
      ))}
    </p>
  );
}
