import { unpackAttribution } from "../../app/storage/sqlite/packed-attribution";
import type { Attribution } from "../../app/vitals/measurement";
import type { Metric } from "../../app/vitals/metrics";

type Row = Record<string, unknown>;

/** The attribution of a row of the view `web_vitals_raw`. */
export function storedAttribution(row: Row | undefined): Attribution | null {
  if (row === undefined) throw new Error("There is no such row.");
  const { metric, element, resource, attribution } = row as Record<string, string | null>;
  const isJson = attribution?.startsWith("{") ?? false;
  return unpackAttribution(metric as Metric, {
    element: element ?? null,
    resource: resource ?? null,
    fields: isJson ? null : (attribution ?? null),
    json: isJson ? (attribution ?? null) : null,
  });
}
