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
  /** The words of each step, a line for each column, as the table below the chart has them. */
  texts: string[];
};

/** The text of an element, with a space wherever an element in it begins or ends. */
const textOf = (element: Element): string =>
  [...element.childNodes]
    .map((child) =>
      child instanceof Element ? ` ${textOf(child)} ` : child instanceof Text ? child.data : "",
    )
    .join("")
    .replace(/\s+/g, " ")
    .trim();

function stepTexts(figure: HTMLElement): string[] {
  const [time = "", ...columns] = [...figure.querySelectorAll("thead th")].map(textOf);
  const zone = /\((.+)\)/.exec(time)?.[1] ?? "";
  return [...figure.querySelectorAll("tbody tr")].map((row) => {
    const [at = "", ...cells] = [...row.children].map(textOf);
    const lines = cells.map((cell, i) => (cell === "" ? "" : `${columns[i] ?? ""} ${cell}`));
    return [`${at} ${zone}`, ...lines].filter((line) => line !== "").join("\n");
  });
}

/** Reads a figure; `null` where it has no drawing, as without data. */
export function readFigure(figure: HTMLElement): TrendFigure | null {
  const svg = figure.querySelector("svg");
  const plot = figure.querySelector<SVGElement>("[data-plot]");
  const line = figure.querySelector<SVGElement>("[data-line='current']");
  const baseline = figure.querySelector<SVGElement>("[data-line='baseline']");
  const json = figure.querySelector("[data-trend]")?.textContent;
  if (svg === null || plot === null || line === null || json == null) return null;
  return { svg, plot, line, baseline, data: JSON.parse(json) as TrendData, texts: stepTexts(figure) };
}
