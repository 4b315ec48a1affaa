import type { CockpitQuery } from "../../query/cockpit-query";
import type { TimeWindow } from "../../vitals/time";
import { filtersText } from "../page/view-summary";
import type { ReleaseChartModel } from "../releases-page/release-charts";
import type { TrendChartModel } from "./trend-chart";

/** Size of a trend's image in px. */
const WIDTH = 960;
const PADDING = 16;
const TITLE = 32;

/** Of one small chart. */
const SMALL = { width: 300, height: 96, head: 28, gap: 20 } as const;
const COLUMNS = 3;

/** Light and dark, as in `app/styles/base.css`: an image cannot read the page's colours. */
const STYLE = `text{font:12px system-ui,sans-serif;fill:#5a5e66}.title{font-size:14px;font-weight:600;fill:#1c1d1f}
.ground{fill:#fff}.line{stroke:#dcdcd8}.axis{stroke:#84868c}.good{fill:#eef6f2}.needs-improvement{fill:#fbf3e3}.poor{fill:#fbecec}
.current{fill:none;stroke:#1c1d1f;stroke-width:2}.baseline{fill:none;stroke:#5a5e66;stroke-dasharray:6 4}.interval{stroke:#5a5e66}
.band-current{fill:#1c1d1f;fill-opacity:.2}.band-baseline{fill:#5a5e66;fill-opacity:.2}.shared{fill:#5a5e66}.switch{stroke:#1c1d1f;stroke-width:1.5}
.dot{fill:#1c1d1f}.release{stroke:#1c1d1f;stroke-dasharray:2 3}
@media(prefers-color-scheme:dark){text{fill:#a4a9b2}.title{fill:#ececea}.ground{fill:#1b1d20}.line{stroke:#33363b}.axis{stroke:#777c85}
.good{fill:#1b2725}.needs-improvement{fill:#292519}.poor{fill:#2e1f22}.current,.release,.switch{stroke:#ececea}.band-current{fill:#ececea}.band-baseline,.shared{fill:#a4a9b2}.baseline,.interval{stroke:#a4a9b2}.dot{fill:#ececea}}`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");

const px = (value: number): number => Math.round(value * 10) / 10;

/** An image of its own: no script, no font and no style from outside. */
const svgDocument = (width: number, height: number, title: string, content: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    ...content,
    "</svg>\n",
  ].join("\n");

const textAt = (x: number, y: number, text: string, anchor = "start", className = ""): string =>
  `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${className === "" ? "" : ` class="${className}"`}>${escaped(text)}</text>`;

/** Height of a line of notes, and its characters. */
const NOTE = 16;
const LONGEST_NOTE = 150;

/** A text in lines that an image of this width has space for, broken between words. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LONGEST_NOTE)
      lines.push(`${lines.pop()} ${word}`);
    else lines.push(word.slice(0, LONGEST_NOTE).toWellFormed());
  }
  return lines;
}

/** A trend as an image. */
export function trendSvg(chart: TrendChartModel, query: CockpitQuery, window: TimeWindow): string {
  const subtitle = filtersText(query, window);
  const width = WIDTH - 2 * PADDING;
  const x = (hundredths: number): number => px(PADDING + (hundredths / 100) * width);
  const y = (top: number): number => px(top + TITLE + PADDING);
  const { plot } = chart;
  const notes = (chart.compared?.notes ?? []).flatMap((note) => linesOf(note));
  const line = (className: string, path: string): string =>
    `<svg x="${PADDING}" y="${y(plot.top)}" width="${width}" height="${plot.bottom - plot.top}" viewBox="0 0 1000 ${plot.bottom - plot.top}" preserveAspectRatio="none"><path class="${className}" vector-effect="non-scaling-stroke" d="${path}"/></svg>`;
  const dots = (points: TrendChartModel["dots"]): string[] =>
    points.map((point) => `<circle class="dot" cx="${x(point.x)}" cy="${y(point.y)}" r="3"/>`);
  const content = [
    textAt(PADDING, 26, chart.title, "start", "title"),
    textAt(WIDTH - PADDING, 26, subtitle, "end"),
    ...(chart.empty === null ? [] : [textAt(WIDTH / 2, y(plot.bottom / 2), chart.empty, "middle")]),
    ...chart.bands.map(
      ({ rating, y: top, height }) =>
        `<rect class="${rating}" x="${PADDING}" width="${width}" y="${y(top)}" height="${height}"/>`,
    ),
    ...chart.grid.flatMap(({ y: at, text }) => [
      `<line class="line" x1="${PADDING}" x2="${PADDING + width}" y1="${y(at)}" y2="${y(at)}"/>`,
      textAt(PADDING + 4, y(at) - 4, text),
    ]),
    `<line class="axis" x1="${PADDING}" x2="${PADDING + width}" y1="${y(plot.bottom)}" y2="${y(plot.bottom)}"/>`,
    ...chart.ticks.map((tick) => textAt(x(tick.x), y(chart.height - 6), tick.text, "middle")),
    ...(chart.compared?.bands ?? []).map(
      ({ side, x: from, width: long, y: top, height }) =>
        `<rect class="band-${side}" x="${x(from)}" width="${px((long / 100) * width)}" y="${y(top)}" height="${height}"/>`,
    ),
    ...(chart.compared?.shared ?? []).map(
      ({ x: from, width: long }) =>
        `<rect class="shared" x="${x(from)}" width="${px((long / 100) * width)}" y="${y(plot.bottom - 2)}" height="4"/>`,
    ),
    ...chart.markers.flatMap(({ x: at, row, label, side, isSwitch }) => [
      `<line class="${isSwitch ? "switch" : "release"}" x1="${x(at)}" x2="${x(at)}" y1="${y(4 + row * 16)}" y2="${y(plot.bottom)}"/>`,
      ...(label === null
        ? []
        : [
            textAt(
              x(at) + (side === "right" ? 5 : -5),
              y(14 + row * 16),
              label,
              side === "right" ? "start" : "end",
            ),
          ]),
    ]),
    ...chart.bands.flatMap(({ label, labelX, labelY, anchor }) =>
      label === null ? [] : [textAt(x(labelX), y(labelY), label, anchor)],
    ),
    ...(chart.baseline === null ? [] : [line("baseline", chart.baseline.path), ...dots(chart.baseline.dots)]),
    line("current", chart.path),
    ...dots(chart.dots),
    ...chart.labels.map((label) => textAt(x(label.x), y(label.y), label.text, label.anchor)),
    ...notes.map((note, i) => textAt(PADDING, y(chart.height + 16 + i * NOTE), note)),
  ];
  const height = chart.height + TITLE + 2 * PADDING + (notes.length === 0 ? 0 : 8 + notes.length * NOTE);
  return svgDocument(WIDTH, height, `${chart.title} · ${subtitle}`, content);
}

/** The charts of all releases as one image. */
export function releasesSvg(charts: readonly ReleaseChartModel[], query: CockpitQuery): string {
  const subtitle = filtersText(query);
  const rows = Math.max(1, Math.ceil(charts.length / COLUMNS));
  const height = TITLE + rows * (SMALL.head + SMALL.height + SMALL.gap) + PADDING;
  const title = "p75 of each release";
  const content = charts.map((chart, i) => {
    const left =
      PADDING + (i % COLUMNS) * (SMALL.width + (WIDTH - 2 * PADDING - COLUMNS * SMALL.width) / (COLUMNS - 1));
    const top = TITLE + Math.floor(i / COLUMNS) * (SMALL.head + SMALL.height + SMALL.gap) + SMALL.head;
    const x = (hundredths: number): number => px(left + (hundredths / 100) * SMALL.width);
    const y = (hundredths: number): number => px(top + (hundredths / 100) * SMALL.height);
    const good = chart.good ?? 0;
    const curve = chart.points.map((point) => `${x(point.x)} ${y(point.y)}`).join("L");
    return [
      textAt(left, top - 8, `${chart.metric} p75, now ${chart.latest}`),
      `<rect class="good" x="${px(left)}" width="${SMALL.width}" y="${y(good)}" height="${px(SMALL.height * (1 - good / 100))}"/>`,
      `<path class="line" fill="none" d="M${curve}"/>`,
      ...chart.points.flatMap((point) => [
        `<line class="interval" x1="${x(point.x)}" x2="${x(point.x)}" y1="${y(point.interval.top)}" y2="${y(point.interval.bottom)}"/>`,
        `<circle class="dot" cx="${x(point.x)}" cy="${y(point.y)}" r="2.5"><title>${escaped(point.title)}</title></circle>`,
      ]),
    ].join("\n");
  });
  return svgDocument(WIDTH, height, `${title} · ${subtitle}`, [
    textAt(PADDING, 24, title, "start", "title"),
    textAt(WIDTH - PADDING, 24, subtitle, "end"),
    ...(charts.length === 0
      ? [textAt(WIDTH / 2, height / 2, "Two releases with 30 samples each are needed.", "middle")]
      : content),
  ]);
}
