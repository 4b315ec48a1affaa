import type { ReactNode } from "react";
import type { MetricCardModel } from "../../presenters/page/metric-card";
import type { Panel } from "../../presenters/panel";
import type { TrendChartModel } from "../../presenters/trend/trend-chart";
import { AfterStyles } from "../document";
import { PanelError, Section } from "../panel";
import { SpanNav } from "../trend/compared-marks";
import { TrendChart } from "../trend/trend-chart";
import { EnginesLegend } from "./engines-legend";
import { MetricCards } from "./metric-card";

/** The five cards and the trend of the chosen metric, or why they could not be had. */
export function VitalsPanel({
  view,
}: {
  view: Panel<{ cards: MetricCardModel[]; trend: TrendChartModel }>;
}): ReactNode {
  if (!view.ok) {
    return (
      <Section id="trend" title="Vitals">
        <PanelError message={view.message} />
      </Section>
    );
  }
  const { cards, trend } = view.value;
  return (
    <>
      <MetricCards cards={cards} />
      <EnginesLegend />
      <AfterStyles />
      <Section
        id="trend"
        title={trend.title}
        aside={trend.compared !== null && <SpanNav spans={trend.compared.spans} />}
      >
        <TrendChart chart={trend} />
      </Section>
    </>
  );
}
