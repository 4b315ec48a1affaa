import type { SummaryFilter } from "../../storage/summary-filter";

/** A text that is the same for the same filter, whatever the order of its properties: views and comparisons share caches. */
export const filterKey = ({ route, buildVersion, devices, navigation }: SummaryFilter): string =>
  JSON.stringify([route, buildVersion, devices, navigation]);
