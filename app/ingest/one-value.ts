import type { Measurement } from "../vitals/measurement";
import { navigationClassOf } from "../vitals/navigation";
import type { Dropped, Ignored } from "./drop-reasons";
import { type Fields, isObject, ownProperty } from "./validate";

/** What a beacon's measurements came to. */
export type ParsedBeacon = { measurements: Measurement[]; dropped: Dropped[]; ignored: Ignored[] };

/** With the index of each of `measurements` in the beacon. */
export type IndexedBeacon = ParsedBeacon & { indexes: number[] };

/**
 * Returns the last value per metric and navigation of a beacon; earlier ones of other ids are dropped as
 * `repeated-metric`. A page that registers web-vitals' callbacks twice, or in its frames too, still has one page view.
 * (Reports of one id are merged by sequence in `mergeReports`.)
 *
 * A navigation is identified by its page and navigation type. A document may have several soft navigations and several
 * restores from the back/forward cache of one page: web-vitals' `navigationId` separates those.
 * @param referer the URL of a sender that names none
 */
export function oneValuePerNavigation(
  { measurements, indexes, dropped, ignored }: IndexedBeacon,
  { beacon, items }: { beacon: Fields; items: ReadonlyArray<{ item: unknown; index: number }> },
  referer: string | null,
): ParsedBeacon {
  const fieldsAt = new Map(items.map(({ item, index }) => [index, isObject(item) ? item : {}]));
  const keys = measurements.map((measurement, i) => {
    const fields = fieldsAt.get(indexes[i] ?? -1) ?? {};
    const url =
      ownProperty(fields, "url") ??
      ownProperty(beacon, "url") ??
      ownProperty(fields, "navigationURL") ??
      referer;
    return navigationKey(measurement, url, ownProperty(fields, "navigationId"));
  });
  const lastId = new Map(keys.map((key, i) => [key, measurements[i]?.id]));
  const isLast = measurements.map(({ id }, i) => lastId.get(keys[i] ?? "") === id);
  const repeated = indexes.filter((_, i) => !isLast[i]);
  return {
    measurements: measurements.filter((_, i) => isLast[i]),
    dropped: [...dropped, ...repeated.map((index) => ({ index, reason: "repeated-metric" as const }))].sort(
      (a, b) => a.index - b.index,
    ),
    ignored: ignored.filter(({ index }) => !repeated.includes(index)),
  };
}

/** Identifies the metric and navigation of a measurement within its beacon. Without a URL, the route is the page. */
function navigationKey(
  { metric, navigationType, route }: Measurement,
  url: unknown,
  navigationId: unknown,
): string {
  const page = typeof url === "string" && url !== "" ? url : route;
  const navigation = navigationClassOf(navigationType);
  if (navigation === "soft" || navigation === "bfcache") {
    return JSON.stringify([metric, navigationType, page, navigationId ?? null]);
  }
  // A document is loaded once, whatever a script names in its query or fragment.
  return JSON.stringify([metric, navigationType, page.split(/[?#]/, 1)[0]]);
}
