import type { Device } from "./devices";
import type { Metric } from "./metrics";
import type { NavigationClass } from "./navigation";
import type { TimeWindow } from "./time";

/** How a source is described: by what it sent, never by its address. */
export type SourceClass = {
  /** As Bowser names it; `null` for a program that is no known browser. */
  browser: string | null;
  device: Device;
  /** The `Origin` of its beacons; `null` without one. */
  origin: string | null;
};

/** The part of the traffic that a page is about; `null` is all of a kind. */
export type SourceFilter = {
  windows: readonly TimeWindow[];
  route: string | null;
  buildVersion: string | null;
  devices: readonly Device[] | null;
  navigation: NavigationClass | null;
};

/** The source that sent most values of one metric. */
export type LargestSource = {
  metric: Metric;
  /** Equal for the same source of another metric; means nothing outside of this process, and is not published. */
  key: number;
  /** One network address (of IPv6 a /64), or the addresses of one network (/24, of IPv6 /48). */
  kind: "address" | "network";
  /** What its beacons have in common; `undefined` (of the device `null`) where they differ. */
  browser: SourceClass["browser"] | undefined;
  device: Device | null;
  origin: SourceClass["origin"] | undefined;
  /** Values that it sent, a lower bound, and those of all sources. */
  count: number;
  of: number;
  /** Its share, 0 to 1. */
  share: number;
  /**
   * Its share of other hours, releases and routes, 0 to 1; `null` where too little is known of them, and below
   * `DOMINANT_SHARE`.
   */
  usualShare: number | null;
  /** Whether it dominates the figures, and usually does not. */
  isUnusual: boolean;
};

/** What one process knows of the sources of a view; sources are counted since `since` (ms). */
export type ViewSources = {
  since: number;
  /** The largest source of each metric, where its share is at least `NAMED_SHARE`. */
  largest: LargestSource[];
};

/** From this share on the largest source is named. */
export const NAMED_SHARE = 0.03;

/** From this share on a source dominates the figures, unless its usual share is more than half of it. */
export const DOMINANT_SHARE = 0.1;

/** Fewer values than this have no largest source: each visitor is a large one. */
export const MIN_VALUES = 30;
