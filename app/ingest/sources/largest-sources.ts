import { METRICS } from "../../vitals/metrics";
import {
  DOMINANT_SHARE,
  type LargestSource,
  MIN_VALUES,
  NAMED_SHARE,
  type SourceFilter,
  type ViewSources,
} from "../../vitals/sources";
import { HOUR } from "../../vitals/time";
import { type MetricCounts, noCounts, type SourceEntry } from "./heavy-sources";
import type { SourceCell, SourceCounts } from "./source-counts";
import { networkOf } from "./source-keys";

/** Fewer values elsewhere don't show what is usual. */
const MIN_USUAL_VALUES = 100;

/** Hours of a view whose older half shows what is usual, where nothing else is known. */
const LONG_VIEW = 48;

/** A network is named instead of its largest address when it sent at least so many times as much. */
const NETWORK_FACTOR = 1.5;

type Kind = LargestSource["kind"];

/** A source, of an address or of a network, and what it sent in a view. */
type Candidate = { kind: Kind; key: number; entry: SourceEntry; count: number };

/** Sums over cells: all values by metric, and those of each address. */
class Tally {
  readonly totals = noCounts();
  readonly addresses = new Map<number, SourceEntry>();

  add({ sources }: SourceCell): void {
    addCounts(this.totals, sources.totals);
    for (const [key, entry] of sources.entries) merge(this.addresses, key, entry);
  }

  networks(): Map<number, SourceEntry> {
    const networks = new Map<number, SourceEntry>();
    for (const [key, entry] of this.addresses) merge(networks, networkOf(key), entry);
    return networks;
  }
}

/** How many values of a metric one source sent in a cell. */
function countIn({ sources }: SourceCell, { kind, key }: Candidate, metric: number): number {
  if (kind === "address") return sources.entries.get(key)?.counts[metric] ?? 0;
  let count = 0;
  for (const [address, { counts }] of sources.entries) {
    if (networkOf(address) === key) count += counts[metric] ?? 0;
  }
  return count;
}

function addCounts(into: MetricCounts, from: MetricCounts): void {
  for (let i = 0; i < from.length; i += 1) into[i] = (into[i] ?? 0) + (from[i] ?? 0);
}

function merge(into: Map<number, SourceEntry>, key: number, entry: SourceEntry): void {
  const known = into.get(key);
  if (known === undefined) {
    into.set(key, { ...entry, counts: [...entry.counts] });
    return;
  }
  addCounts(known.counts, entry.counts);
  known.sameBrowser &&= entry.sameBrowser && known.first.browser === entry.first.browser;
  known.sameDevice &&= entry.sameDevice && known.first.device === entry.first.device;
  known.sameOrigin &&= entry.sameOrigin && known.first.origin === entry.first.origin;
}

/**
 * The largest source of each metric in a part of the traffic. Whole hours count, so a window that begins within an hour
 * has all of it.
 * @returns `null` where this process has counted nothing in those hours
 */
export function largestSources(counts: SourceCounts, filter: SourceFilter): ViewSources | null {
  const inView = counts.cells(filter.route === null ? "site" : "routes");
  const all = counts.cells("site");
  if (inView === null || all === null) return null;
  const { from, to } = spanOf(filter);
  // The first hour may have begun before this process did.
  const since = Math.max(inView.since, from);
  const cells = [...inView.cells].filter((cell) => isOfTraffic(cell, filter) && isInView(cell, filter));
  const view = new Tally();
  for (const cell of cells) view.add(cell);
  if (Math.max(...view.totals) === 0) return null;
  const networks = view.networks();
  const largest = METRICS.flatMap((metric, index) => {
    const of = view.totals[index] ?? 0;
    const source = of < MIN_VALUES ? null : largestOf(view, networks, index);
    if (source === null || source.count / of < NAMED_SHARE) return [];
    const share = source.count / of;
    const siteCells = [...all.cells].filter((cell) => isOfTraffic(cell, filter));
    const older = to - since < LONG_VIEW ? [] : cells.filter(({ hour }) => hour < (since + to) / 2);
    const usual =
      share < DOMINANT_SHARE
        ? null
        : (shareIn(siteCells, source, index, { count: source.count, of }) ??
          shareIn(older, source, index, { count: 0, of: 0 }));
    return [
      { ...describe(source), metric, of, share, usualShare: usual, isUnusual: isUnusual(share, usual) },
    ];
  });
  return { since: Math.max(since * HOUR, counts.startedAt ?? 0), largest };
}

/** A source that sends everything is a proxy or a collector that passes all beacons on. */
const isUnusual = (share: number, usual: number | null): boolean =>
  share >= DOMINANT_SHARE && share < 1 && (usual === null || share >= 2 * usual);

const describe = ({ kind, key, entry, count }: Candidate) => ({
  key,
  kind,
  browser: entry.sameBrowser ? entry.first.browser : undefined,
  device: entry.sameDevice ? entry.first.device : null,
  origin: entry.sameOrigin ? entry.first.origin : undefined,
  count,
});

/** The first hour of the windows, and the end of the last one, in hours. */
const spanOf = ({ windows }: SourceFilter): { from: number; to: number } => ({
  from: Math.floor(Math.min(...windows.map(({ from }) => from)) / HOUR),
  to: Math.ceil(Math.max(...windows.map(({ to }) => to)) / HOUR),
});

const isOfTraffic = ({ device, navigation }: SourceCell, filter: SourceFilter): boolean =>
  (filter.devices === null || filter.devices.includes(device)) &&
  (filter.navigation === null || filter.navigation === navigation);

const isInView = ({ hour, buildVersion, route }: SourceCell, { windows, ...filter }: SourceFilter): boolean =>
  (filter.buildVersion === null || filter.buildVersion === buildVersion) &&
  filter.route === route &&
  windows.some(({ from, to }) => hour * HOUR < to && (hour + 1) * HOUR > from);

function largestOf(
  view: Tally,
  networks: ReadonlyMap<number, SourceEntry>,
  metric: number,
): Candidate | null {
  const address = maximum("address", view.addresses, metric);
  const network = maximum("network", networks, metric);
  if (address === null || network === null) return null;
  return network.count >= NETWORK_FACTOR * address.count ? network : address;
}

function maximum(kind: Kind, sources: ReadonlyMap<number, SourceEntry>, metric: number): Candidate | null {
  let largest: Candidate | null = null;
  for (const [key, entry] of sources) {
    const count = entry.counts[metric] ?? 0;
    if (count > (largest?.count ?? 0)) largest = { kind, key, entry, count };
  }
  return largest;
}

/** The share of a source in cells, `without` those of the view; `null` where the rest is too little. */
function shareIn(
  cells: readonly SourceCell[],
  source: Candidate,
  metric: number,
  without: { count: number; of: number },
): number | null {
  let of = -without.of;
  for (const { sources } of cells) of += sources.totals[metric] ?? 0;
  if (of < MIN_USUAL_VALUES) return null;
  let count = -without.count;
  for (const cell of cells) count += countIn(cell, source, metric);
  return Math.max(0, count) / of;
}
