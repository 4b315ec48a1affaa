import { mergeEachPacked } from "../../stats/sketch/packed-sketch";
import { mergeInto } from "../../stats/sketch/sketch";
import type { Device } from "../../vitals/devices";
import { METRICS } from "../../vitals/metrics";
import type { ReleaseTimeline } from "../../vitals/release-timeline";
import { windowOfRange } from "../../vitals/time";
import { DEFAULT_QUERY } from "../cockpit-query";
import type { SummaryReader } from "../summaries/summary-reader.server";
import { filterOf } from "../summary-filter";
import { emptySketches, type MetricSketches } from "../view/view-result";
import { planWindow, type SummaryRetention } from "../window";
import {
  RECENT_DEVICES,
  RECENT_RANGES,
  type RecentRange,
  type RecentSketches,
  type ReleaseRole,
} from "./recent-sketches-result";

/** `others`: every build but the current and the previous release. */
type Group = "current" | "previous" | "others";

/** Sketches by group of builds and device; each sample is in one of them. */
type Cells = Map<string, { group: Group; device: Device; metrics: MetricSketches }>;

type Releases = Pick<ReleaseTimeline, "current" | "previous">;

/**
 * The sketches of the last hour and the last 24 hours, of the site, its current and its previous release, by device: hard
 * loads without bots, as the pages show them for these ranges. The start page reads the same periods, so both share the
 * reader's cache.
 */
export async function queryRecentSketches(
  read: SummaryReader,
  releases: Releases,
  retention: SummaryRetention,
  now: number,
): Promise<RecentSketches[]> {
  const results: RecentSketches[] = [];
  for (const range of RECENT_RANGES) {
    const cells = [...(await readCells(read, range, releases, retention, now)).values()];
    for (const { role, release, groups } of rolesOf(releases)) {
      for (const device of RECENT_DEVICES) {
        const metrics = emptySketches();
        for (const cell of cells) {
          if (!groups.includes(cell.group) || (device !== "all" && cell.device !== device)) continue;
          for (const metric of METRICS) mergeInto(metrics[metric], cell.metrics[metric]);
        }
        results.push({ range, device, role, release, metrics });
      }
    }
  }
  return results;
}

/** The roles that have a release now, and the groups of builds that each consists of. */
function rolesOf({
  current,
  previous,
}: Releases): Array<{ role: ReleaseRole; release: string | null; groups: readonly Group[] }> {
  return [
    { role: "all", release: null, groups: ["current", "previous", "others"] },
    ...(current === null
      ? []
      : [{ role: "current" as const, release: current, groups: ["current" as const] }]),
    ...(previous === null
      ? []
      : [{ role: "previous" as const, release: previous, groups: ["previous" as const] }]),
  ];
}

async function readCells(
  read: SummaryReader,
  range: RecentRange,
  releases: Releases,
  retention: SummaryRetention,
  now: number,
): Promise<Cells> {
  const cells: Cells = new Map();
  const cellOf = (build: string, device: Device) => {
    const group = groupOf(build, releases);
    const key = `${group} ${device}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { group, device, metrics: emptySketches() };
      cells.set(key, cell);
    }
    return cell;
  };
  const { parts } = planWindow(windowOfRange(range, now), retention, now);
  for (const part of parts) {
    for (const { groups } of await read({ ...part, scope: "totals" }, filterOf(DEFAULT_QUERY))) {
      for (const { metric, builds, devices, sketches } of groups) {
        mergeEachPacked(sketches, (i) => cellOf(builds[i] as string, devices[i] as Device).metrics[metric]);
      }
    }
  }
  return cells;
}

function groupOf(build: string, { current, previous }: Releases): Group {
  if (build === current) return "current";
  return build === previous ? "previous" : "others";
}
