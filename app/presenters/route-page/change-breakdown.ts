import type { CockpitQuery } from "../../query/cockpit-query";
import type {
  ChangeBreakdown,
  Comparison,
  ElementChange,
  ElementSide,
} from "../../query/comparison/comparison-result";
import { METRICS, type Metric } from "../../vitals/metrics";
import { signedValue } from "../comparison/change-labels";
import { type DeltaBadgeModel, deltaBadge } from "../comparison/delta-badge";
import { listed } from "../comparison/sentence";
import { formatCount, formatShare } from "../format/format";
import { DEVICE_LABELS, METRIC_NAMES } from "../format/labels";
import { routePageHref } from "../format/links";
import { type FigureModel, figureOf } from "../page/metric-card";

/** An element in one release: its share of the page views, and its p75. */
type ElementSideModel = { share: string; n: string; figure: FigureModel };

export type ElementChangeModel = {
  element: string;
  baseline: ElementSideModel;
  current: ElementSideModel;
  /** About how much of the p75's change it explains: `+210 ms`; empty where that is not known. */
  explains: string;
};

export type ElementChangesModel = {
  metric: "LCP" | "INP";
  /** `LCP element` */
  heading: string;
  /** The measurements behind it. */
  basis: string;
  rows: ElementChangeModel[];
};

/** The change of a route by device and by element. */
export type ChangeBreakdownModel = {
  /** The change by device, and the elements that changed most, in sentences. */
  summary: string[];
  releases: { current: string; baseline: string };
  metrics: Array<{ metric: Metric; name: string }>;
  devices: Array<{ text: string; href: string; deltas: DeltaBadgeModel[] }>;
  elements: ElementChangesModel[];
};

const HEADINGS = { LCP: "LCP element", INP: "INP target" } as const;
const ELEMENT_METRICS = ["LCP", "INP"] as const;

/** The listed elements; the others changed less. */
const MOST_ELEMENTS = 5;

/** The change by device, by LCP element and by INP target. */
export function changeBreakdownModel(
  { devices, elements }: ChangeBreakdown,
  compared: Comparison,
  query: CockpitQuery,
  route: string,
): ChangeBreakdownModel {
  const order = [query.metric, ...METRICS.filter((metric) => metric !== query.metric)];
  return {
    summary: [
      ...deviceSentences(devices, query.metric),
      ...ELEMENT_METRICS.flatMap((metric) => elementSentences(metric, elements[metric].moves)),
    ],
    releases: { current: compared.current, baseline: compared.baseline },
    metrics: order.map((metric) => ({ metric, name: METRIC_NAMES[metric] })),
    devices: devices.map(({ device, changes }) => ({
      text: DEVICE_LABELS[device],
      href: routePageHref(query, route, { device }),
      deltas: order.map((metric) => deltaBadge(metric, changes[metric])),
    })),
    elements: ELEMENT_METRICS.flatMap((metric) => {
      const { n, moves } = elements[metric];
      if (moves.length === 0) return [];
      return [
        {
          metric,
          heading: HEADINGS[metric],
          basis: basisText(n, compared, moves.length),
          rows: moves.slice(0, MOST_ELEMENTS).map((move) => elementRow(metric, move)),
        },
      ];
    }),
  };
}

function basisText(
  n: { current: number; baseline: number },
  { current, baseline }: Comparison,
  all: number,
): string {
  const counts = `From ${formatCount(n.current)} single measurements of ${current} and ${formatCount(n.baseline)} of ${baseline}, which have a shorter retention than the figures above.`;
  return all > MOST_ELEMENTS ? `${counts} ${formatCount(all - MOST_ELEMENTS)} more changed less.` : counts;
}

function sideModel(metric: Metric, { n, share, p75 }: ElementSide): ElementSideModel {
  return { share: formatShare(share), n: formatCount(n), figure: figureOf(metric, n, p75) };
}

const elementRow = (metric: "LCP" | "INP", { element, current, baseline, ms }: ElementChange) => ({
  element,
  baseline: sideModel(metric, baseline),
  current: sideModel(metric, current),
  explains: ms === null ? "" : signedValue(metric, ms),
});

/** `LCP by device: mobile is slower, +31% ↑; desktop is unchanged; tablet is undecided.` */
function deviceSentences(devices: ChangeBreakdown["devices"], metric: Metric): string[] {
  if (devices.length === 0) return [];
  const badges = devices.map(({ device, changes }) => ({
    name: DEVICE_LABELS[device].toLowerCase(),
    ...deltaBadge(metric, changes[metric]),
  }));
  const called = badges.filter(({ tone }) => tone !== "neutral");
  const others = badges.filter(({ tone }) => tone === "neutral");
  const clauses = [
    ...called.map(({ name, mark, label }) => `${name} is ${label}, ${mark}`),
    ...[...new Set(others.map(({ label }) => label))].map((label) => {
      const names = others.filter((badge) => badge.label === label).map(({ name }) => name);
      return `${listed(names)} ${names.length === 1 ? "is" : "are"} ${label}`;
    }),
  ];
  return [`${metric} by device: ${clauses.join("; ")}.`];
}

/** `The LCP element main>img changed most: 40 % → 71 % of page views, p75 2.10 s → 3.00 s, about +390 ms of the change.` */
function elementSentences(metric: "LCP" | "INP", [most]: readonly ElementChange[]): string[] {
  if (most === undefined || most.ms === null) return [];
  const { baseline, current } = elementRow(metric, most);
  const p75 = (side: ElementSideModel): string | null =>
    side.figure.value === null ? null : `${side.figure.value.number}\u202f${side.figure.value.unit}`;
  const [before, after] = [p75(baseline), p75(current)];
  const figures = before === null || after === null ? "" : `, p75 ${before} → ${after}`;
  return [
    `The ${HEADINGS[metric]} “${most.element}” changed most: ${baseline.share} → ${current.share} of page views${figures}, about ${signedValue(metric, most.ms)} of the change.`,
  ];
}
