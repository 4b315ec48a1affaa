import type { SummaryFilter } from "../storage/summary-periods.server";
import type { CockpitQuery } from "./cockpit-query";

/** Devices of people: "all" leaves bots out. */
const PEOPLE = ["mobile", "tablet", "desktop"] as const;

/** The summaries that a query asks for. */
export const filterOf = ({ route, release, device, navigation }: CockpitQuery): SummaryFilter => ({
  route,
  buildVersion: release,
  devices: device === "all" ? PEOPLE : [device],
  navigation: navigation === "all" ? null : navigation,
});
