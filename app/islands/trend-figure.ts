import type { TrendData } from "../presenters/trend/trend-chart";

/** What the island finds in the server's figure. */
export type TrendFigure = {
  svg: SVGSVGElement;
  /** The area between the axes. */
  plot: SVGElement;
  /** The line that is drawn instead. */
  line: SVGElement;
  /** The dashed one of the release that is compared with. */
  baseline: SVGElement | null;
  data: TrendData;
};

/** Reads a figure; `null` where it has no drawing, as without data. */
export function readFigure(figure: HTMLElement): TrendFigure | null {
  const svg = figure.querySelector("svg");
  const plot = figure.querySelector<SVGElement>("[data-plot]");
  const line = figure.querySelector<SVGElement>("[data-line='current']");
  const baseline = figure.querySelector<SVGElement>("[data-line='baseline']");
  const json = figure.querySelector("[data-trend]")?.textContent;
  if (svg === null || plot === null || line === null || json == null) return null;
  return { svg, plot, line, baseline, data: JSON.parse(json) as TrendData };
}
