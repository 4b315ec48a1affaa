import { buildQuery, type CockpitQuery, DEFAULT_QUERY, QUERY_DEVICES } from "../../query/cockpit-query";
import { NAVIGATION_CLASSES } from "../../vitals/navigation";
import { DEVICE_LABELS, NAVIGATION_LABELS } from "../format/labels";
import { PATHS, releasesHref } from "../format/links";
import type { SelectModel } from "../page/filter-form";

/** The filter bar of the page of releases. */
export type ReleasesFilters = {
  action: string;
  selects: SelectModel[];
  hidden: Array<{ name: string; value: string }>;
  resetHref: string | null;
};

/** Of the URL only these count for the page of releases; the rest is carried along. */
export function releasesFilters(query: CockpitQuery): ReleasesFilters {
  const own = ["device", "navigation", "page"];
  const { device, navigation } = DEFAULT_QUERY;
  const isDefault = query.device === device && query.navigation === navigation;
  return {
    action: PATHS.releases,
    selects: [
      {
        name: "device",
        label: "Device",
        value: query.device,
        options: QUERY_DEVICES.map((value) => ({ value, text: DEVICE_LABELS[value] })),
      },
      {
        name: "navigation",
        label: "Navigation",
        value: query.navigation,
        options: [...NAVIGATION_CLASSES, "all" as const].map((value) => ({
          value,
          text: NAVIGATION_LABELS[value],
        })),
      },
    ],
    hidden: [...buildQuery(query)].flatMap(([name, value]) => (own.includes(name) ? [] : [{ name, value }])),
    resetHref: isDefault ? null : releasesHref(query, { device, navigation }),
  };
}
