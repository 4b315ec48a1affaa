import type { AttributedMetric } from "../vitals/attribution";
import type { Device } from "../vitals/devices";
import type { NavigationClass } from "../vitals/navigation";

/** `null` selects all. */
export type SummaryFilter = {
  route: string | null;
  buildVersion: string | null;
  devices: readonly Device[] | null;
  navigation: NavigationClass | null;
};

export type RouteMetric = { route: string; metric: AttributedMetric };
