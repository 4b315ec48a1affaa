import type { ReactNode } from "react";
import type { RoutePageModel } from "../../presenters/route-page/route-page";
import { ComparisonPanel } from "../comparison/banner";
import { Downloads } from "../format/links";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { FilterBar } from "../page/filter-form";
import { GrafanaMenu } from "../page/grafana-menu";
import { PageShell } from "../page/page-header";
import { Sources } from "../page/sources";
import { ViewSummary } from "../page/view-summary";
import { VitalsPanel } from "../page/vitals-panel";
import { PanelError, Section } from "../panel";
import { Attribution } from "./attribution";
import { ChangeBreakdown } from "./change-breakdown";
import { Correlation } from "./grafana-correlation";
import { PercentilesTable, Splits, Traffic } from "./tables";

/** The page of one route. */
export function RoutePage({ page }: { page: RoutePageModel }): ReactNode {
  return (
    <PageShell header={page.header} ignored={page.ignored} menu={<GrafanaMenu menu={page.grafana} />}>
      <div className={`mb-3 wrap-anywhere ${page.long ? "" : "text-xl"}`}>
        <TextLink href={page.list.href}>{page.list.text}</TextLink>
        {page.route !== null && (
          <>
            <span className="text-quiet"> / </span>
            <h2 className="inline font-semibold bidi-isolate">{page.route}</h2>
          </>
        )}
      </div>
      <FilterBar filters={page.filters} />
      {page.unknown === null ? <Panels page={page} /> : <Unknown page={page} unknown={page.unknown} />}
    </PageShell>
  );
}

function Unknown({
  page: { view, comparison },
  unknown: { text, links },
}: {
  page: RoutePageModel;
  unknown: NonNullable<RoutePageModel["unknown"]>;
}): ReactNode {
  return (
    <>
      {view.ok && <ViewSummary summary={view.value.summary} />}
      {comparison !== null && <ComparisonPanel comparison={comparison} />}
      <Note>{text}</Note>
      <ul>
        {links.map((link) => (
          <li key={link.href}>
            <TextLink href={link.href} within="row">
              {link.text}
            </TextLink>
          </li>
        ))}
      </ul>
    </>
  );
}

function Panels({ page }: { page: RoutePageModel }): ReactNode {
  const { view, comparison, breakdown, traffic, splits, attribution, correlation, downloads } = page;
  return (
    <>
      {view.ok && <ViewSummary summary={view.value.summary} />}
      {view.ok && <Sources sources={view.value.sources} />}
      {traffic.ok && traffic.value !== null && <Traffic traffic={traffic.value} />}
      {comparison !== null && <ComparisonPanel comparison={comparison} />}
      <VitalsPanel view={view} />
      {breakdown !== null && (
        <Section id="changes" title="What changed">
          {breakdown.ok ? (
            <ChangeBreakdown breakdown={breakdown.value} />
          ) : (
            <PanelError message={breakdown.message} />
          )}
        </Section>
      )}
      {correlation !== null && (
        <Section id="traces" title="What the server did">
          <Correlation correlation={correlation} />
        </Section>
      )}
      <Section id="slow" title="What is slow">
        {attribution.ok ? (
          <Attribution attribution={attribution.value} />
        ) : (
          <PanelError message={attribution.message} />
        )}
      </Section>
      {view.ok && (
        <Section id="percentiles" title="Percentiles">
          <PercentilesTable percentiles={view.value.percentiles} />
        </Section>
      )}
      <Section id="splits" title="By device and navigation">
        {splits.ok ? <Splits splits={splits.value} /> : <PanelError message={splits.message} />}
      </Section>
      {!traffic.ok && view.ok && (
        <Section id="traffic" title="Share of traffic">
          <PanelError message={traffic.message} />
        </Section>
      )}
      <Downloads downloads={downloads} />
    </>
  );
}
