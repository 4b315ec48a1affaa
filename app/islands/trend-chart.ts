import uPlot from "uplot";
import type { TrendData } from "../presenters/trend-chart";
import { dottedSteps, type Steps, stepByKey, stepEdges, stepsBetween, zoomUrl } from "./trend-steps";

/** What of the server's figure is needed, or `null` where it is not all there. */
type Parts = { svg: SVGSVGElement; plot: SVGElement; line: SVGElement; data: TrendData; texts: string[] };

/** A line has two ends; fewer points are right as the server has drawn them. */
const FEWEST_POINTS = 2;
const HELP = "Arrow keys go from step to step. With Shift they select; Enter zooms in, Escape clears.";

/** The words of each step, a line for each column, as the table below the chart has them. */
function stepTexts(figure: HTMLElement): string[] {
  const [time = "", ...columns] = [...figure.querySelectorAll("thead th")].map(textOf);
  const zone = /\((.+)\)/.exec(time)?.[1] ?? "";
  return [...figure.querySelectorAll("tbody tr")].map((row) => {
    const [at = "", ...cells] = [...row.children].map(textOf);
    const lines = cells.map((cell, i) => (cell === "" ? "" : `${columns[i] ?? ""} ${cell}`));
    return [`${at} ${zone}`, ...lines].filter((line) => line !== "").join("\n");
  });
}

/** The text of an element, with a space wherever a part of it ends. */
const textOf = (node: Node): string =>
  [...node.childNodes]
    .map((child) => (child instanceof Text ? child.data : textOf(child)))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();

function partsOf(figure: HTMLElement): Parts | null {
  const svg = figure.querySelector("svg");
  const plot = figure.querySelector<SVGElement>("[data-plot]");
  const line = figure.querySelector<SVGElement>("[data-trend-line] path");
  const json = figure.querySelector("[data-trend]")?.textContent;
  if (svg === null || plot === null || line === null || json == null) return null;
  return { svg, plot, line, data: JSON.parse(json) as TrendData, texts: stepTexts(figure) };
}

function element(className: string, parent: HTMLElement, tag = "div"): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

/** uPlot draws the line alone, on all of the plot: bands, axes and markers stay those of the SVG below. */
function options(
  { data, line }: Parts,
  hooks: { setCursor(chart: uPlot): void; setSelect(chart: uPlot): void; draw(): void },
): Omit<uPlot.Options, "width" | "height"> {
  // Read at each drawing, for the colour scheme may change.
  const colour = () => getComputedStyle(line).stroke;
  const dots = dottedSteps(data.values);
  return {
    padding: [0, 0, 0, 0],
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: () => [data.from, data.to] },
      y: { range: () => [0, data.max] },
    },
    series: [
      {},
      {
        stroke: colour,
        width: Number.parseFloat(getComputedStyle(line).strokeWidth) || 2,
        points: { show: true, filter: () => dots, size: 6, width: 0, fill: colour },
      },
    ],
    cursor: {
      y: false,
      points: { size: 9, width: 2, stroke: colour, fill: () => "transparent" },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      bind: { dblclick: () => null },
    },
    hooks: { setCursor: [hooks.setCursor], setSelect: [hooks.setSelect], draw: [hooks.draw] },
  };
}

/**
 * Draws a trend's line with uPlot in the place of the server's, and adds what that can't do: the words of the
 * step that is pointed at, zooming by dragging, and both by keyboard. If anything fails, or the trend has too
 * few points for a line, the server's drawing stays.
 */
export function trendChart(figure: HTMLElement): void {
  const parts = partsOf(figure);
  if (parts === null) return;
  const { data, plot, texts } = parts;
  const { times, values } = data;
  if (values.filter((value) => value !== null).length < FEWEST_POINTS) return;

  const layer = element("trend-live", figure);
  const readout = element("trend-readout", layer);
  readout.hidden = true;
  readout.setAttribute("aria-hidden", "true");
  const help = element("sr-only", layer, "span");
  help.id = "trend-help";
  help.textContent = HELP;
  Object.entries({
    role: "slider",
    tabindex: "0",
    "aria-label": `${data.metric} p${data.percentile}, step by step`,
    "aria-describedby": help.id,
    "aria-valuemin": "0",
    "aria-valuemax": String(times.length - 1),
  }).forEach(([name, value]) => {
    layer.setAttribute(name, value);
  });

  let current = values.findLastIndex((value) => value !== null);
  let anchor: number | null = null;
  const say = (step: number) => {
    current = step;
    const text = texts[step] ?? "";
    readout.textContent = text;
    layer.setAttribute("aria-valuenow", String(step));
    layer.setAttribute("aria-valuetext", text.replaceAll("\n", ", "));
  };
  say(current);

  const zoom = (steps: Steps) => location.assign(zoomUrl(data, steps, location.href));

  const chart = new uPlot(
    {
      ...options(parts, {
        setCursor: ({ cursor: { idx, left = -1 }, width }) => {
          readout.hidden = idx == null || left < 0;
          if (idx == null || readout.hidden) return;
          say(idx);
          // On the side with more room, so that it covers neither the point nor the edge.
          readout.classList.toggle("trend-readout-left", left > width / 2);
          readout.style.setProperty("--x", `${left > width / 2 ? width - left : left}px`);
        },
        setSelect: ({ select: { left, width }, posToIdx }) => {
          if (width > 0) zoom({ first: posToIdx(left), last: posToIdx(left + width) });
        },
        draw: () => figure.classList.add("is-live"),
      }),
      width: 0,
      height: 0,
    },
    [times, values],
    layer,
  );

  const place = () => {
    const outer = figure.getBoundingClientRect();
    const inner = plot.getBoundingClientRect();
    layer.style.left = `${inner.left - outer.left - figure.clientLeft}px`;
    layer.style.top = `${inner.top - outer.top - figure.clientTop}px`;
    chart.setSize({ width: inner.width, height: inner.height });
  };
  const edges = stepEdges(data);
  const showSelection = () => {
    const { first, last } = stepsBetween(anchor ?? current, current);
    const left = chart.valToPos(edges[first] ?? data.from, "x");
    const right = chart.valToPos(edges[last + 1] ?? data.to, "x");
    const width = anchor === null ? 0 : right - left;
    chart.setSelect({ left, width, top: 0, height: chart.height }, false);
  };
  const pointAt = (step: number) => {
    const top = chart.valToPos(values[step] ?? 0, "y");
    chart.setCursor({ left: chart.valToPos(times[step] ?? data.from, "x"), top });
  };
  const leave = () => {
    anchor = null;
    showSelection();
    chart.setCursor({ left: -10, top: -10 });
  };

  layer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepByKey(event.key, current, times.length);
    if (event.key === "Enter" && anchor !== null) zoom(stepsBetween(anchor, current));
    else if (event.key === "Escape") leave();
    else if (step === null) return;
    else {
      anchor = event.shiftKey ? (anchor ?? current) : null;
      pointAt(step);
      showSelection();
    }
    event.preventDefault();
  });
  layer.addEventListener("focus", () => {
    if (layer.matches(":focus-visible")) pointAt(current);
  });
  layer.addEventListener("blur", leave);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) leave();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw(false));
  new ResizeObserver(place).observe(parts.svg);
  place();
}
