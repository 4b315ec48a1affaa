import { CellTable } from "../../stats/comparison/cell-table";
import { FIRST_EARLIER_DAY as FIRST_OTHER } from "../../stats/comparison/joint/route-change";
import type { DecodedSketches } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import type { SummaryFilter } from "../../storage/summary-filter";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import { CONCURRENT_SHARE } from "../../vitals/comparison";
import type { Device } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import { stratumOf } from "../../vitals/strata";
import type { SketchDecoder } from "../summaries/sketch-decoder";
import type { SummaryReader } from "../summaries/summary-reader.server";
import type { BuildHours, Hours } from "./plan";

/** The site's hourly summaries of all builds, by hour since the epoch. */
export type History = ReadonlyMap<number, readonly SummaryGroup[]>;

/** Reads the hours `from` (included) to `to` (not), of all builds with one statement. */
export async function readHistory(
  read: SummaryReader,
  filter: Pick<SummaryFilter, "devices" | "navigation">,
  { from, to }: { from: number; to: number },
): Promise<History> {
  const window = { grain: "hourly", scope: "totals", from, to } as const;
  const periods = await read(window, { ...filter, route: null, buildVersion: null });
  return new Map(periods.map(({ period, groups }) => [period, groups]));
}

/** The summaries that some hours have: the same objects as long as nothing of them was written again. */
export function groupsOf(history: History, hours: Iterable<number>): SummaryGroup[] {
  const groups: SummaryGroup[] = [];
  for (const hour of hours) for (const group of history.get(hour) ?? []) groups.push(group);
  return groups;
}

/** One sketch of a metric: its build and stratum, and where it lies. */
type OnSketch = (build: string, stratum: number, decoded: DecodedSketches, index: number) => void;

export function eachSketch(
  history: History,
  hour: number,
  metric: Metric,
  decode: SketchDecoder,
  onSketch: OnSketch,
): void {
  for (const group of history.get(hour) ?? []) {
    if (group.metric !== metric) continue;
    const decoded = decode(group);
    for (const [index, build] of group.builds.entries()) {
      const isPrefetched = group.prefetched[index] as boolean;
      onSketch(build, stratumOf(group.devices[index] as Device, isPrefetched), decoded, index);
    }
  }
}

/**
 * A table of builds in their hours: the side is the build's number in `builds`.
 * @param unitOf the table's unit that an hour becomes
 */
export function tableOfBuilds(
  history: History,
  builds: readonly BuildHours[],
  metric: Metric,
  decode: SketchDecoder,
  unitOf: (hour: number) => number,
): CellTable {
  const table = new CellTable(scaleOf(metric));
  builds.forEach(({ buildVersion, hours }, side) => {
    for (const hour of hours) {
      eachSketch(history, hour, metric, decode, (build, stratum, decoded, index) => {
        if (build === buildVersion) table.add(side, unitOf(hour), stratum, decoded, index);
      });
    }
  });
  return table;
}

/** A table of all builds with a fair part of their hour; none of them is a compared release. */
export function tableOfEverybody(
  history: History,
  hours: Hours,
  metric: Metric,
  decode: SketchDecoder,
): CellTable {
  const table = new CellTable(scaleOf(metric));
  const numbers = new Map<string, number>();
  const first = hours[0] ?? 0;
  for (const hour of hours) {
    const samples = new Map<string, number>();
    let all = 0;
    eachSketch(history, hour, metric, decode, (build, _, decoded, index) => {
      const n = decoded.samples[index] as number;
      samples.set(build, (samples.get(build) ?? 0) + n);
      all += n;
    });
    eachSketch(history, hour, metric, decode, (build, stratum, decoded, index) => {
      if ((samples.get(build) ?? 0) < CONCURRENT_SHARE * all) return;
      const side = numbers.get(build) ?? FIRST_OTHER + numbers.size;
      numbers.set(build, side);
      table.add(side, hour - first, stratum, decoded, index);
    });
  }
  return table;
}
