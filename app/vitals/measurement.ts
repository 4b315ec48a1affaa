import type { Device } from "./devices";
import type { Metric } from "./metrics";
import type { DeliveryType, NavigationType } from "./navigation";

/** Stands for routes and new build versions beyond the cardinality limit. */
export const OTHER = "(other)";

/** The build version of a beacon without one. */
export const UNKNOWN_BUILD = "unknown";

/** Prefix of the build versions of the cockpit's own pages, which are not part of the site. */
export const OWN_BUILD_PREFIX = "cockpit-";

/** The route of a beacon without a route and a URL. */
export const UNKNOWN_ROUTE = "(unknown)";

/** Longest route and build version, in UTF-16 code units. */
export const MAX_LABEL_LENGTH = 2048;

/** Stored attribution: a flat object with the names of web-vitals; times in ms. */
export type Attribution = Readonly<Record<string, string | number>>;

/**
 * One value of one metric of one page view.
 *
 * `value` is in ms (CLS: score); `receivedAt` is the server's clock in ms since the epoch.
 * A later report of the same `id` replaces `value` and `attribution` and nothing else.
 */
export type Measurement = {
  id: string;
  metric: Metric;
  value: number;
  route: string;
  buildVersion: string;
  device: Device;
  navigationType: NavigationType | null;
  /** How the document of a load was delivered, where its sender knows. */
  deliveryType?: DeliveryType;
  receivedAt: number;
  sequence: number | null;
  library: string | null;
  attribution: Attribution | null;
  /**
   * Set where an earlier report of the `id` may have been counted and deleted since: then it changes what is stored,
   * and is no measurement of its own.
   */
  onlyIfStored?: true;
};

/**
 * Whether `later`, received after `earlier`, replaces it: the highest sequence wins, and where it is
 * equal or absent on either side, the last one received.
 */
export function replaces(earlier: { sequence: number | null }, later: { sequence: number | null }): boolean {
  if (earlier.sequence === null || later.sequence === null) return true;
  return later.sequence >= earlier.sequence;
}

/** The time in a web-vitals id (`v6-<ms>-<digits>`), in ms since the epoch, or `null`. */
export function timeInId(id: string): number | null {
  const ms = /^v\d+-(\d{13})-\d+$/.exec(id)?.[1];
  return ms === undefined ? null : Number(ms);
}

/**
 * The library's name and major version (`web-vitals/6` for `web-vitals/6.2.3`). Measurements of different major versions
 * are not comparable.
 */
export function libraryMajor(library: string | null): string | null {
  if (library === null) return null;
  const [, name, major] = /^(.+?)\/v?(\d+)/.exec(library) ?? [];
  return name === undefined ? library : `${name}/${major}`;
}
