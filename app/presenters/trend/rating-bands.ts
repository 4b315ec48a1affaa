import { type Metric, type Rating, THRESHOLDS } from "../../vitals/metrics";
import { axisValue } from "../format/format";
import { RATING_LABELS } from "../format/labels";
import type { Point } from "../format/line-path";
import { isFree } from "./line-labels";

/** A band of a chart between two thresholds: heights in px, `labelX` in hundredths of the width. */
export type BandModel = {
  rating: Rating;
  y: number;
  height: number;
  /** `null` where there is no room for it. */
  label: string | null;
  labelX: number;
  labelY: number;
  anchor: "start" | "end";
};

/** The chart that the bands are drawn in, and the lines that their labels keep away from. */
type Chart = { max: number; plot: { top: number; bottom: number }; lines: ReadonlyArray<readonly Point[]> };

/** How high a line of text is, and how long (in hundredths of a chart that is not narrow). */
const TEXT = { height: 16, width: 20 };

const endingAt = (labelX: number) =>
  ({ labelX, anchor: "end", from: labelX - TEXT.width, to: labelX }) as const;

/** Positions of labels, the best first: at the right, at the left beside the numbers of the grid, between them. */
const PLACES = [
  { ...endingAt(99.5), to: 100 },
  { labelX: 12, anchor: "start", from: 10, to: 12 + TEXT.width },
  endingAt(80),
  endingAt(60),
] as const;

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The bands of a metric's ratings up to `max`, each labelled where the line leaves room. */
export function chartBands(metric: Metric, { max, plot, lines }: Chart): BandModel[] {
  const { good, needsImprovement } = THRESHOLDS[metric];
  const edges: Array<[Rating, number, number, string]> = [
    ["good", 0, good, `up to ${axisValue(metric, good)}`],
    ["needs-improvement", good, needsImprovement, `up to ${axisValue(metric, needsImprovement)}`],
    ["poor", needsImprovement, max, `over ${axisValue(metric, needsImprovement)}`],
  ];
  const y = (value: number): number =>
    tenth(plot.bottom - (Math.min(value, max) / max) * (plot.bottom - plot.top));
  return edges
    .filter(([, from]) => from < max)
    .map(([rating, from, to, words]) => {
      const [top, bottom] = [y(to), y(from)];
      // The line seldom comes near to zero; of the other bands it touches the lower edge rather than the upper.
      const ends = [tenth(bottom - 6), tenth(top + TEXT.height - 2)];
      const rows = [...new Set(rating === "good" ? ends : ends.reverse())];
      const places = rows.flatMap((labelY) => PLACES.map((place) => ({ ...place, labelY })));
      const [first] = places;
      const { labelX, labelY, anchor } = places.find(({ from, to, labelY }) =>
        isFree({ from, to, top: labelY - TEXT.height, bottom: labelY + 6 }, lines),
      ) ??
        first ?? { ...PLACES[0], labelY: top };
      const height = tenth(bottom - top);
      const label = height < TEXT.height + 4 ? null : `${RATING_LABELS[rating]}, ${words}`;
      return { rating, y: top, height, label, labelX, labelY, anchor };
    });
}
