import { type Attribution, type Measurement, UNKNOWN_BUILD } from "../vitals/measurement";
import { isMetric, MAX_VALUE, METRICS, type Metric } from "../vitals/metrics";
import { isDeliveryType, isNavigationType } from "../vitals/navigation";
import { cleanAttribution, isAttributionField, isCleanAttribution } from "./attribution";
import {
  type BeaconContext,
  type BeaconRules,
  isAccepted,
  MAX_MEASUREMENTS,
  routesOfPages,
} from "./beacon-rules";
import { latenessOf } from "./lateness";
import type { ParsedBeacon } from "./one-value";
import { cleanLibrary, type Fields, isId, isLabel, isObject } from "./validate";

/*
 * The beacons of the cockpit's own browser script, which are nearly all of them. The checks and tables are those of the
 * general parser; what is left out is whatever this script never sends. Anything unusual is left to the general parser,
 * so that there is one description of what becomes of it.
 */

/** Fields that all measurements of the script's beacon have in common. */
type Common = Omit<
  Measurement,
  "id" | "metric" | "value" | "navigationType" | "sequence" | "attribution" | "onlyIfStored"
> & {
  age: number | undefined;
  oldest: number;
};

/**
 * Checks a well-formed beacon of the browser script: every measurement is good, and each metric occurs once.
 * @param body parsed JSON
 * @returns what the general parser returns; `null` for every other body
 */
export function parseOwnBeacon(
  body: unknown,
  context: BeaconContext,
  rules: BeaconRules,
): ParsedBeacon | null {
  if (!isObject(body) || !hasOwnFieldsOnly(body)) return null;
  const { measurements: items } = body;
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_MEASUREMENTS) return null;
  const common = commonFields(body, context, rules);
  if (common === null) return null;
  const measurements: Measurement[] = [];
  let metrics = 0;
  for (const item of items) {
    const measurement = ownMeasurement(item, common);
    if (measurement === null) return null;
    const metric = 1 << METRICS.indexOf(measurement.metric);
    if ((metrics & metric) !== 0) return null;
    metrics |= metric;
    measurements.push(measurement);
  }
  const { sender, receivedAt } = context;
  // Last: it counts the names, and the general parser would count them again.
  if (sender != null) {
    const route = rules.limitRoute?.(sender, common.route, receivedAt) ?? common.route;
    const buildVersion =
      rules.limitBuild?.(sender, common.buildVersion, receivedAt, true) ?? common.buildVersion;
    for (const measurement of measurements) {
      measurement.route = route;
      measurement.buildVersion = buildVersion;
    }
  }
  return { measurements, dropped: [], ignored: [] };
}

/** Whether an object has no fields but those of the script's beacon, each with a type that the script gives it. */
function hasOwnFieldsOnly(body: Fields): boolean {
  for (const name in body) {
    const value = body[name];
    switch (name) {
      case "v":
        if (value !== 1) return false;
        break;
      case "buildVersion":
      case "url":
      case "route":
      case "environment":
      case "library":
        if (typeof value !== "string" || value === "") return false;
        break;
      case "deliveryType":
        if (!isDeliveryType(value)) return false;
        break;
      case "age":
        if (typeof value !== "number") return false;
        break;
      case "measurements":
        break;
      default:
        return false;
    }
  }
  return true;
}

function commonFields(body: Fields, context: BeaconContext, rules: BeaconRules): Common | null {
  const { url, age, deliveryType } = body;
  const { receivedAt, device } = context;
  if (typeof url !== "string") return null;
  if (body.environment !== undefined && !isAccepted(body.environment as string, rules.acceptEnvironments)) {
    return null;
  }
  const route = body.route ?? (context.routeParam || routesOfPages(rules.routeRules)(url));
  const buildVersion = body.buildVersion ?? (context.buildVersionParam || UNKNOWN_BUILD);
  const library = cleanLibrary(body.library);
  if (!isLabel(route) || !isLabel(buildVersion) || library === null) return null;
  return {
    route,
    buildVersion,
    device,
    ...(isDeliveryType(deliveryType) && { deliveryType }),
    receivedAt,
    library,
    age: age as number | undefined,
    oldest: rules.tooLateBefore(receivedAt),
  };
}

function ownMeasurement(item: unknown, common: Common): Measurement | null {
  if (!isObject(item)) return null;
  for (const name in item) {
    if (!MEASUREMENT_FIELDS.has(name)) return null;
  }
  const { id, name: metric, value, navigationType, sequence, repeat, attribution } = item;
  if (!isMetric(metric) || !isId(id)) return null;
  if (typeof value !== "number" || !(value >= 0 && value <= MAX_VALUE[metric])) return null;
  if (!isNavigationType(navigationType)) return null;
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 0) return null;
  const late = latenessOf(id, common.age, repeat === true, common.receivedAt, common.oldest);
  if (late === "too-late" || !isObject(attribution)) return null;
  const cleaned = ownAttribution(metric, attribution);
  if (cleaned === undefined) return null;
  const measurement: Measurement = {
    id,
    metric,
    value: value + 0,
    route: common.route,
    buildVersion: common.buildVersion,
    device: common.device,
    navigationType,
    ...(common.deliveryType !== undefined && { deliveryType: common.deliveryType }),
    receivedAt: common.receivedAt,
    sequence: sequence as number,
    library: common.library,
    attribution: cleaned,
  };
  if (late === "if-stored") measurement.onlyIfStored = true;
  return measurement;
}

/** What is stored of an attribution; `undefined` for one with unknown or invalid fields. */
function ownAttribution(metric: Metric, attribution: Fields): Attribution | null | undefined {
  if (isCleanAttribution(metric, attribution)) return attribution;
  for (const name in attribution) {
    if (!isAttributionField(metric, name)) return undefined;
  }
  let isValid = true;
  const cleaned = cleanAttribution(metric, attribution, () => {
    isValid = false;
  });
  return isValid ? cleaned : undefined;
}

const MEASUREMENT_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "name",
  "value",
  "navigationType",
  "sequence",
  "repeat",
  "attribution",
]);
