import type { SummaryFilter } from "../storage/summary-filter";
import type { CockpitQuery } from "./cockpit-query";

/** "all" excludes bots. */
const ALL_BUT_BOTS = ["mobile", "tablet", "desktop"] as const;

export const filterOf = ({ route, release, device, navigation }: CockpitQuery): SummaryFilter => ({
  route,
  buildVersion: release,
  devices: device === "all" ? ALL_BUT_BOTS : [device],
  navigation: navigation === "all" ? null : navigation,
});
