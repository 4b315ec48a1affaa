import type { IndexedBeacon, ParsedBeacon, UncheckedBeacon } from "./beacon";
import { isObject, ownProperty } from "./validate";

/**
 * Keeps one value per metric and navigation of a beacon, the last one; earlier ones of other ids are dropped as
 * `repeated-metric`. A page that registers a library's callbacks twice, or in its frames too, has one page view. (Of
 * one id the highest sequence wins, which is decided where reports are merged.)
 *
 * A navigation is its URL and navigation type, and web-vitals' own number of it where that is there. Nothing is
 * dropped where no URL is known.
 * @param referer the URL of a sender that names none
 */
export function oneValuePerNavigation(
  { measurements, indexes, dropped, ignored }: IndexedBeacon,
  { beacon, items }: Pick<UncheckedBeacon, "beacon" | "items">,
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
