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
import { DEVICE_WORDS, METRIC_NAMES } from "../format/labels";
import { routePageHref } from "../format/links";
import { type FigureModel, figureOf } from "../page/metric-card";

/** An element before and after: how often it was the one, and how slow it was then. */
type ElementSideModel = { share: string; n: string; figure: FigureModel };

export type ElementMoveModel = {
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
  /** What this rests on. */
  basis: string;
  rows: ElementMoveModel[];
};

/** What moved within a route. */
export type ChangeBreakdownModel = {
  /** Which device and which elements moved most, in sentences. */
  words: string[];
  releases: { current: string; baseline: string };
  metrics: Array<{ metric: Metric; name: string }>;
  devices: Array<{ text: string; href: string; deltas: DeltaBadgeModel[] }>;
  elements: ElementChangesModel[];
};

const HEADINGS = { LCP: "LCP element", INP: "INP target" } as const;
const MOVED_METRICS = ["LCP", "INP"] as const;

/** Elements that are listed; the rest moved less. */
const MOST_ELEMENTS = 5;

/** Which device, and which element of LCP and target of INP, moved. */
export function changeBreakdownModel(
  { devices, elements }: ChangeBreakdown,
  compared: Comparison,
  query: CockpitQuery,
  route: string,
): ChangeBreakdownModel {
  const order = [query.metric, ...METRICS.filter((metric) => metric !== query.metric)];
  return {
    words: [
      ...deviceWords(devices, query.metric),
      ...MOVED_METRICS.flatMap((metric) => elementWords(metric, elements[metric].moves)),
    ],
    releases: { current: compared.current, baseline: compared.baseline },
    metrics: order.map((metric) => ({ metric, name: METRIC_NAMES[metric] })),
    devices: devices.map(({ device, changes }) => ({
      text: DEVICE_WORDS[device],
      href: routePageHref(query, route, { device }),
      deltas: order.map((metric) => deltaBadge(metric, changes[metric])),
    })),
    elements: MOVED_METRICS.flatMap((metric) => {
      const { n, moves } = elements[metric];
      if (moves.length === 0) return [];
      return [
        {
          metric,
          heading: HEADINGS[metric],
          basis: basisWords(n, compared, moves.length),
          rows: moves.slice(0, MOST_ELEMENTS).map((move) => elementRow(metric, move)),
        },
      ];
    }),
  };
}

function basisWords(
  n: { current: number; baseline: number },
  { current, baseline }: Comparison,
  all: number,
): string {
  const counts = `From ${formatCount(n.current)} single measurements of ${current} and ${formatCount(n.baseline)} of ${baseline}, which are not kept as long as the figures above.`;
  return all > MOST_ELEMENTS ? `${counts} ${formatCount(all - MOST_ELEMENTS)} more moved less.` : counts;
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

/** What a device without a verdict is, after its name. */
const STILL_WORDS: Readonly<Record<string, string>> = {
  unchanged: "unchanged",
  inconclusive: "inconclusive",
  "too few": "not seen often enough",
  "too short": "not compared for long enough",
  "library changed": "not judged, as its measuring library changed",
};

/** `LCP by device: mobile is slower, +31% ↑; desktop is unchanged; tablet is not seen often enough.` */
function deviceWords(devices: ChangeBreakdown["devices"], metric: Metric): string[] {
  if (devices.length === 0) return [];
  const badges = devices.map(({ device, changes }) => ({
    name: DEVICE_WORDS[device].toLowerCase(),
    ...deltaBadge(metric, changes[metric]),
  }));
  const moved = badges.filter(({ tone }) => tone !== "neutral");
  const still = badges.filter(({ tone }) => tone === "neutral");
  const clauses = [
    ...moved.map(({ name, mark, word }) => `${name} is ${word}, ${mark ?? ""}`),
    ...[...new Set(still.map(({ word }) => word))].map((word) => {
      const names = still.filter((badge) => badge.word === word).map(({ name }) => name);
      return `${listed(names)} ${names.length === 1 ? "is" : "are"} ${STILL_WORDS[word] ?? word}`;
    }),
  ];
  return [`${metric} by device: ${clauses.join("; ")}.`];
}

/** `The LCP element main>img moved most: 40 % → 71 % of page views, p75 2.10 s → 3.00 s, about +390 ms of the change.` */
function elementWords(metric: "LCP" | "INP", [most]: readonly ElementChange[]): string[] {
  if (most === undefined || most.ms === null) return [];
  const { baseline, current } = elementRow(metric, most);
  const p75 = (side: ElementSideModel): string | null =>
    side.figure.value === null ? null : `${side.figure.value.number}\u2009${side.figure.value.unit}`;
  const [before, after] = [p75(baseline), p75(current)];
  const figures = before === null || after === null ? "" : `, p75 ${before} → ${after}`;
  return [
    `The ${HEADINGS[metric]} “${most.element}” moved most: ${baseline.share} → ${current.share} of page views${figures}, about ${signedValue(metric, most.ms)} of the change.`,
  ];
}
