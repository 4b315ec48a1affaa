import type { Device } from "../vitals/devices";
import { MAX_LABEL_LENGTH, type Measurement } from "../vitals/measurement";
import { isMetric, MAX_VALUE } from "../vitals/metrics";
import { isDeliveryType, isNavigationType } from "../vitals/navigation";
import { isCleanText } from "../vitals/text";
import { cleanAttribution } from "./attribution";
import { withCurrentNames } from "./attribution-names";
import type { DropReason } from "./drop-reasons";

/** An untrusted object, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

/** Values of a measurement from its beacon or request; unchecked, like its own fields. */
export type BeaconDefaults = {
  route: unknown;
  buildVersion: unknown;
  device: Device;
  receivedAt: number;
  library: string | null;
  deliveryType?: unknown;
};

const MAX_ID_LENGTH = 128;
const MAX_LIBRARY_LENGTH = 64;

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object's own property, `undefined` for `null`; never an inherited one, nor `__proto__`. */
export const ownProperty = (object: Fields, name: string): unknown =>
  Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;

/** Treats an empty text as absent. */
export const nonEmpty = (value: unknown): unknown => (value === "" ? undefined : value);

/** Whether a route or build version is valid. Labels are opaque: only length and control characters are checked. */
export const isLabel = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_LABEL_LENGTH && isCleanText(value);

/** Whether an id is valid. Ids are opaque, too. */
export const isId = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_ID_LENGTH && isCleanText(value);

/** A library's name and version; `null` for an invalid one. */
export const cleanLibrary = (value: unknown): string | null =>
  typeof value === "string" && value !== "" && value.length <= MAX_LIBRARY_LENGTH && isCleanText(value)
    ? value
    : null;

/**
 * Checks one measurement.
 * @param ignore called for each invalid part of a measurement that is stored without it
 * @returns the measurement, or the reason for dropping it
 */
export function validateMeasurement(
  fields: unknown,
  from: BeaconDefaults,
  ignore: (part: string, reason: string) => void,
): Measurement | DropReason {
  if (!isObject(fields)) return "not-an-object";
  const metric = ownProperty(fields, "name");
  const value = ownProperty(fields, "value");
  const id = ownProperty(fields, "id");
  if (!isMetric(metric)) return "unknown-metric";
  if (typeof value !== "number" || Number.isNaN(value)) return "value-not-a-number";
  if (!(value >= 0 && value <= MAX_VALUE[metric])) return "value-out-of-range";
  if (!isId(id)) return "invalid-id";
  const { route, buildVersion } = from;
  if (!isLabel(route)) return "invalid-route";
  if (!isLabel(buildVersion)) return "invalid-build-version";

  const navigationType = ownProperty(fields, "navigationType") ?? null;
  if (navigationType !== null && !isNavigationType(navigationType)) ignore("navigationType", "unknown");
  const deliveryType = ownProperty(fields, "deliveryType") ?? from.deliveryType ?? null;
  if (deliveryType !== null && deliveryType !== "" && !isDeliveryType(deliveryType)) {
    ignore("deliveryType", "unknown");
  }
  const sequence = ownProperty(fields, "sequence") ?? null;
  const isSequence = Number.isSafeInteger(sequence) && (sequence as number) >= 0;
  if (sequence !== null && !isSequence) ignore("sequence", "invalid");
  return {
    id,
    metric,
    // -0 becomes 0.
    value: value + 0,
    route,
    buildVersion,
    device: from.device,
    navigationType: isNavigationType(navigationType) ? navigationType : null,
    ...(isDeliveryType(deliveryType) && { deliveryType }),
    receivedAt: from.receivedAt,
    sequence: isSequence ? (sequence as number) : null,
    library: cleanLibrary(ownProperty(fields, "library")) ?? from.library,
    attribution: cleanAttribution(metric, withCurrentNames(ownProperty(fields, "attribution")), ignore),
  };
}
