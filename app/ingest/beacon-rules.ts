import type { Device } from "../vitals/devices";
import { MAX_LABEL_LENGTH, OTHER } from "../vitals/measurement";
import { normaliseRoute, pathOf } from "./route";

/** Most measurements accepted from one beacon. */
export const MAX_MEASUREMENTS = 32;

/** Data of a beacon's request besides its body. */
export type BeaconContext = {
  device: Device;
  receivedAt: number;
  /** URL parameters `build_version` and `route`, for senders that post bare metrics. */
  buildVersionParam: string | null;
  routeParam: string | null;
  referer: string | null;
  /** The client's address, which is never stored; `null` if unknown. */
  sender?: string | null;
};

/** The operator's settings for accepting measurements. */
export type BeaconRules = {
  routeRules: readonly string[];
  acceptEnvironments: readonly string[] | null;
  /** An id with an older time (ms) may belong to a measurement that was already counted and deleted. */
  tooLateBefore: (receivedAt: number) => number;
  /** Returns the route of a sender's measurement, or `(other)` over the sender's limit. */
  limitRoute?: (sender: string, route: string, receivedAt: number) => string;
};

/** Compares environments without case: deployments spell theirs in more than one case. */
export const isAccepted = (environment: string, accepted: readonly string[] | null): boolean =>
  accepted === null || accepted.some((name) => name.toLowerCase() === environment.trim().toLowerCase());

/**
 * Returns a function from a page's URL to its route, computed once per page of a beacon; `null` for other URLs. Routes
 * over the length limit become `(other)`.
 */
export function routesOfPages(rules: readonly string[]): (page: string) => string | null {
  const cache = new Map<string, string | null>();
  return (page) => {
    const cached = cache.get(page);
    if (cached !== undefined) return cached;
    const path = pathOf(page);
    const normalised = path === null ? null : normaliseRoute(path, rules);
    const route = normalised !== null && normalised.length > MAX_LABEL_LENGTH ? OTHER : normalised;
    cache.set(page, route);
    return route;
  };
}
