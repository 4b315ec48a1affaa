import uPlot from "uplot";
import { readFigure, type TrendFigure } from "./trend-figure";
import { createLayer, type TrendLayer } from "./trend-layer";
import { dottedSteps, type Steps, stepByKey, stepEdges, stepsBetween, zoomUrl } from "./trend-steps";

/** A line has two ends; fewer points are right as the server has drawn them. */
const FEWEST_POINTS = 2;

/** Where nothing is pointed at. */
const NOWHERE = { left: -10, top: -10 };

/** A line as the server has drawn it: its colour, width and dashes, and dots where it has some. */
function series(line: SVGElement, values: ReadonlyArray<number | null>): uPlot.Series {
  // Read at each drawing, for the colour scheme may change.
  const colour = () => getComputedStyle(line).stroke;
  const { strokeWidth, strokeDasharray } = getComputedStyle(line);
  const dash = strokeDasharray.split(",").map(Number.parseFloat);
  const dots = dottedSteps(values);
  return {
    stroke: colour,
    width: Number.parseFloat(strokeWidth) || 2,
    ...(dash.every((length) => length > 0) ? { dash } : {}),
    points: { show: true, filter: () => dots, size: 6, width: 0, fill: colour },
  };
}

/** uPlot draws the lines alone, on all of the plot: bands, axes and markers stay those of the SVG below. */
function options({ data, line, baseline }: TrendFigure, hooks: uPlot.Hooks.Arrays): uPlot.Options {
  const colour = () => getComputedStyle(line).stroke;
  const compared =
    baseline === null || data.baseline === null ? null : series(baseline, data.baseline.values);
  return {
    width: 0,
    height: 0,
    padding: [0, 0, 0, 0],
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: () => [data.from, data.to] },
      y: { range: () => [0, data.max] },
    },
    // The current release last, so that it lies over the other.
    series: [{}, ...(compared === null ? [] : [compared]), series(line, data.values)],
    cursor: {
      y: false,
      points: { size: 9, width: 2, stroke: colour, fill: () => "transparent" },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      bind: { dblclick: () => null },
    },
    hooks,
  };
}

/** Draws into the layer, keeps the drawing on the plot, and lets mouse and keys point and zoom. */
function bringToLife(figure: HTMLElement, parts: TrendFigure, layer: TrendLayer, first: number): void {
  const { data, plot, svg } = parts;
  const { times, values } = data;
  const { element } = layer;
  const edges = stepEdges(data);
  let current = first;
  let anchor: number | null = null;

  const zoom = (steps: Steps) => location.assign(zoomUrl(data, steps, location.href));

  const setCursor = ({ cursor: { idx, left = NOWHERE.left }, width }: uPlot) => {
    if (idx == null || left < 0) return layer.hide();
    current = idx;
    layer.show(idx, left, width);
  };
  const setSelect = ({ select: { left, width }, posToIdx }: uPlot) => {
    if (width > 0) zoom({ first: posToIdx(left), last: posToIdx(left + width) });
  };
  const draw = () => {
    // The server's line goes only when there is another one.
    if (element.isConnected) figure.classList.add("is-live");
  };
  const hooks = { setCursor: [setCursor], setSelect: [setSelect], draw: [draw] };
  const under = parts.baseline === null || data.baseline === null ? [] : [data.baseline.values];
  const chart = new uPlot(options(parts, hooks), [times, ...under, values], element);

  const place = () => {
    const outer = figure.getBoundingClientRect();
    const inner = plot.getBoundingClientRect();
    element.style.left = `${inner.left - outer.left - figure.clientLeft}px`;
    element.style.top = `${inner.top - outer.top - figure.clientTop}px`;
    chart.setSize({ width: inner.width, height: inner.height });
  };
  const showSelection = () => {
    const { first, last } = stepsBetween(anchor ?? current, current);
    const left = chart.valToPos(edges[first] ?? data.from, "x");
    const right = chart.valToPos(edges[last + 1] ?? data.to, "x");
    const width = anchor === null ? 0 : right - left;
    chart.setSelect({ left, width, top: 0, height: chart.height }, false);
  };
  const leave = () => {
    anchor = null;
    showSelection();
    chart.setCursor(NOWHERE);
  };
  const pointAt = (step: number) => {
    const left = chart.valToPos(times[step] ?? data.from, "x");
    chart.setCursor({ left, top: chart.valToPos(values[step] ?? 0, "y") });
  };

  element.addEventListener("keydown", (event) => {
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
  element.addEventListener("focus", () => {
    if (element.matches(":focus-visible")) pointAt(current);
  });
  element.addEventListener("blur", leave);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) leave();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw(false));
  new ResizeObserver(place).observe(svg);
  place();
}

/**
 * Draws a trend's line with uPlot in the place of the server's, and adds what that can't do: the words of the
 * step that is pointed at, zooming by dragging, and both by keyboard. Where a trend has too few points for a
 * line, or anything fails, the server's drawing stays.
 */
export function trendChart(figure: HTMLElement): void {
  const parts = readFigure(figure);
  if (parts === null) return;
  const { values } = parts.data;
  if (values.filter((value) => value !== null).length < FEWEST_POINTS) return;
  const first = values.findLastIndex((value) => value !== null);
  const layer = createLayer(figure, parts, first);
  try {
    bringToLife(figure, parts, layer, first);
  } catch (error) {
    layer.element.remove();
    figure.classList.remove("is-live");
    throw error;
  }
}
