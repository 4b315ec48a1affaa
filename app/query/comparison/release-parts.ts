import { addDecoded, addDecodedAt, type DecodedSketches } from "../../stats/sketch/decoded-sketches";
import type { Sketch } from "../../stats/sketch/sketch";
import { METRICS, type Metric } from "../../vitals/metrics";
import type { SketchDecoder } from "../summaries/sketch-decoder";
import { emptySketches, type MetricSketches } from "../view/view-result";
import type { LoadedUnit } from "./cells.server";
import { eachSketch, type History } from "./history.server";
import type { Hours } from "./plan";

/** Sketches of one metric of a release: all of a group, or the one at an index. */
export type ReleasePart = {
  /** The hour or day since the epoch, where it is a single one. */
  at: number | null;
  metric: Metric;
  decoded: DecodedSketches;
  index: number | null;
};

/** One side of units that were read by build. */
export const partsOfUnits = (
  loaded: readonly LoadedUnit[],
  wanted: number,
  decode: SketchDecoder,
  metrics: readonly Metric[] = METRICS,
): ReleasePart[] =>
  loaded
    .filter(({ side }) => side === wanted)
    .flatMap(({ at, groups }) =>
      groups
        .filter(({ metric }) => metrics.includes(metric))
        .map((group) => ({ at, metric: group.metric, decoded: decode(group), index: null })),
    );

/** A release among the hours of all builds. */
export function partsOfHistory(
  history: History,
  hours: Hours,
  release: string,
  decode: SketchDecoder,
  metrics: readonly Metric[] = METRICS,
): ReleasePart[] {
  const parts: ReleasePart[] = [];
  for (const at of hours) {
    for (const metric of metrics) {
      eachSketch(history, at, metric, decode, (build, _, decoded, index) => {
        if (build === release) parts.push({ at, metric, decoded, index });
      });
    }
  }
  return parts;
}

export function addPart(sketch: Sketch, { decoded, index }: ReleasePart): void {
  if (index === null) addDecoded(sketch, decoded);
  else addDecodedAt(sketch, decoded, index);
}

/** All parts of a release, neither re-weighted nor matched. */
export function sketchesOfParts(parts: readonly ReleasePart[]): MetricSketches {
  const sketches = emptySketches();
  for (const part of parts) addPart(sketches[part.metric], part);
  return sketches;
}
