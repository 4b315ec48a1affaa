import type { Measurement } from "../vitals/measurement";
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
 * A navigation is identified by its URL and navigation type, and by web-vitals' `navigationId` if present. Nothing is
 * dropped without a URL.
 * @param referer the URL of a sender that names none
 */
export function oneValuePerNavigation(
  { measurements, indexes, dropped, ignored }: IndexedBeacon,
  { beacon, items }: { beacon: Fields; items: ReadonlyArray<{ item: unknown; index: number }> },
  referer: string | null,
): ParsedBeacon {
  const fieldsAt = new Map(items.map(({ item, index }) => [index, isObject(item) ? item : {}]));
  const keys = measurements.map(({ metric, navigationType }, i) => {
    const fields = fieldsAt.get(indexes[i] ?? -1) ?? {};
    const url =
      ownProperty(fields, "url") ??
      ownProperty(beacon, "url") ??
      ownProperty(fields, "navigationURL") ??
      referer;
    if (typeof url !== "string" || url === "") return null;
    return JSON.stringify([metric, url, navigationType, ownProperty(fields, "navigationId") ?? null]);
  });
  const lastId = new Map(keys.map((key, i) => [key, measurements[i]?.id]));
  const isLast = measurements.map(({ id }, i) => {
    const key = keys[i] ?? null;
    return key === null || lastId.get(key) === id;
  });
  const repeated = indexes.filter((_, i) => !isLast[i]);
  return {
    measurements: measurements.filter((_, i) => isLast[i]),
    dropped: [...dropped, ...repeated.map((index) => ({ index, reason: "repeated-metric" as const }))].sort(
      (a, b) => a.index - b.index,
    ),
    ignored: ignored.filter(({ index }) => !repeated.includes(index)),
  };
}
