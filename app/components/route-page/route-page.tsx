import type { ReactNode } from "react";
import type { RoutePage as RoutePageModel } from "../../presenters/route-page";
import { ComparisonPanel } from "../comparison-banner";
import { FilterBar } from "../filter-bar";
import { GrafanaMenu } from "../grafana-menu";
import { Downloads } from "../links";
import { Note } from "../note";
import { PageShell } from "../page-shell";
import { PanelError, Section } from "../panel";
import { TextLink } from "../text-link";
import { ViewSentence } from "../view-sentence";
import { VitalsPanel } from "../vitals-panel";
import { Correlation } from "./correlation";
import { Moves } from "./moves";
import { PercentilesTable, Splits, Traffic } from "./route-tables";
import { SlowParts } from "./slow-parts";

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
      {view.ok && <ViewSentence words={view.value.words} />}
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
  const { view, comparison, moves, traffic, splits, slow, correlation, downloads } = page;
  return (
    <>
      {view.ok && <ViewSentence words={view.value.words} />}
      {traffic.ok && traffic.value !== null && <Traffic traffic={traffic.value} />}
      {comparison !== null && <ComparisonPanel comparison={comparison} />}
      <VitalsPanel view={view} />
      {moves !== null && (
        <Section id="moves" title="What moved">
          {moves.ok ? <Moves moves={moves.value} /> : <PanelError message={moves.message} />}
        </Section>
      )}
      {correlation !== null && (
        <Section id="traces" title="What the server did">
          <Correlation correlation={correlation} />
        </Section>
      )}
      <Section id="slow" title="What is slow">
        {slow.ok ? <SlowParts slow={slow.value} /> : <PanelError message={slow.message} />}
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
