import type { Device } from "../vitals/devices";
import {
  MAX_LABEL_LENGTH,
  type Measurement,
  OTHER,
  UNKNOWN_BUILD,
  UNKNOWN_ROUTE,
} from "../vitals/measurement";
import { isRetiredMetric } from "../vitals/metrics";
import { BeaconError, type Dropped, type Ignored, RETIRED_METRIC } from "./drop-reasons";
import { lateness } from "./lateness";
import { oneValuePerNavigation } from "./one-value";
import { normaliseRoute, pathOf } from "./route";
import {
  type BeaconDefaults,
  cleanLibrary,
  type Fields,
  isObject,
  nonEmpty,
  ownProperty,
  validateMeasurement,
} from "./validate";

/** Most measurements that are taken from one beacon. */
export const MAX_MEASUREMENTS = 32;

/** What a beacon's request says besides its body. */
export type BeaconContext = {
  device: Device;
  receivedAt: number;
  /** URL parameters `build_version` and `route`, for senders that post bare metrics. */
  buildVersionParam: string | null;
  routeParam: string | null;
  referer: string | null;
};

/** The operator's settings that decide what is kept. */
export type BeaconRules = {
  routeRules: readonly string[];
  acceptEnvironments: readonly string[] | null;
  /** Ids that carry an older time (ms) may have been counted and forgotten already. */
  tooLateBefore: (receivedAt: number) => number;
};

export type ParsedBeacon = { measurements: Measurement[]; dropped: Dropped[]; ignored: Ignored[] };

/** With the index of each of `measurements` in the beacon. */
export type IndexedBeacon = ParsedBeacon & { indexes: number[] };

/** The shape that our own script sends, or bare metrics as web-vitals makes them. */
function unwrap(body: unknown): { beacon: Fields; items: readonly unknown[] } {
  if (Array.isArray(body)) return { beacon: {}, items: body };
  if (!isObject(body)) throw new BeaconError("The body must be a JSON object or an array of metrics.");
  const version = ownProperty(body, "v");
  if (version !== undefined && version !== 1) {
    // What is nested a thousand levels deep can be read, but not be written again.
    const shown = isObject(version) || Array.isArray(version) ? "" : ` ${String(version).slice(0, 40)}`;
    throw new BeaconError(`Version${shown} of the wire format is not known; send 1.`);
  }
  const items = ownProperty(body, "measurements");
  if (Array.isArray(items)) return { beacon: body, items };
  if (items !== undefined) throw new BeaconError('"measurements" must be an array.');
  if (ownProperty(body, "name") === undefined) {
    throw new BeaconError('The body has neither "measurements" nor the "name" of a metric.');
  }
  return { beacon: {}, items: [body] };
}

/** web-vitals' own metrics name no library; their ids begin with its major version. */
const libraryOfId = (id: unknown): string | null => {
  const major = typeof id === "string" ? /^v(\d{1,3})-\d{13}-\d+$/.exec(id)?.[1] : undefined;
  return major === undefined ? null : `web-vitals/${major}`;
};

/**
 * The JSON of a body.
 * @throws BeaconError when it is none
 */
export function parseBody(text: string): unknown {
  if (text.trim() === "") throw new BeaconError("The body is empty.");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BeaconError(`The body is not JSON: ${(error as Error).message.slice(0, 120)}.`);
  }
}

/**
 * Reads a beacon's JSON. Bad measurements are dropped one by one, each with its reason; bad parts of a good one are
 * left out and named. Nothing good is lost with them.
 * @throws BeaconError when the body as a whole is no beacon; the message says why
 */
export function parseBeacon(text: string, context: BeaconContext, rules: BeaconRules): ParsedBeacon {
  const { beacon, items } = unwrap(parseBody(text));
  if (items.length === 0) throw new BeaconError("The beacon has no measurements.");
  const placed = items.map((item, index) => ({ item, index }));
  return checkBeacon({ beacon, items: placed, most: MAX_MEASUREMENTS }, context, rules);
}

/** A beacon's own fields, and its measurements with their places in it; `most` is how many of them are taken. */
export type UncheckedBeacon = {
  beacon: Fields;
  items: ReadonlyArray<{ item: unknown; index: number }>;
  most: number;
};

/**
 * The good measurements of one page's beacon in our own shape, one value per metric and navigation, and what was wrong
 * with the others.
 */
export const checkBeacon = (
  unchecked: UncheckedBeacon,
  context: BeaconContext,
  rules: BeaconRules,
): ParsedBeacon => oneValuePerNavigation(checkEach(unchecked, context, rules), unchecked, context.referer);

/** The same of a batch that may hold any number of page views: every value counts. */
export function checkMeasurements(
  unchecked: UncheckedBeacon,
  context: BeaconContext,
  rules: BeaconRules,
): ParsedBeacon {
  const { measurements, dropped, ignored } = checkEach(unchecked, context, rules);
  return { measurements, dropped, ignored };
}

function checkEach(
  { beacon, items, most }: UncheckedBeacon,
  context: BeaconContext,
  rules: BeaconRules,
): IndexedBeacon {
  const result: IndexedBeacon = { measurements: [], indexes: [], dropped: [], ignored: [] };
  const { acceptEnvironments, routeRules, tooLateBefore } = rules;
  const routeOf = routesOfPages(routeRules);
  items.forEach(({ item, index }, place) => {
    if (place >= most) {
      result.dropped.push({ index, reason: "too-many-measurements" });
      return;
    }
    const fields = isObject(item) ? item : {};
    if (isRetiredMetric(ownProperty(fields, "name"))) {
      result.ignored.push({ index, part: "name", reason: RETIRED_METRIC });
      return;
    }
    const environment = ownProperty(fields, "environment") ?? ownProperty(beacon, "environment");
    if (typeof environment === "string" && !isAccepted(environment, acceptEnvironments)) {
      result.dropped.push({ index, reason: "environment-not-accepted" });
      return;
    }
    const from = provenance(beacon, fields, context, routeOf);
    const ignored: Ignored[] = [];
    const checked = validateMeasurement(item, from, (part, reason) => ignored.push({ index, part, reason }));
    if (typeof checked === "string") {
      result.dropped.push({ index, reason: checked });
      return;
    }
    const late = lateness(checked.id, { beacon, fields }, context.receivedAt, tooLateBefore);
    if (late === "too-late") {
      result.dropped.push({ index, reason: "too-late" });
      return;
    }
    result.measurements.push(late === "perhaps" ? { ...checked, onlyIfStored: true } : checked);
    result.indexes.push(index);
    result.ignored.push(...ignored);
  });
  return result;
}

/** Whether the operator wants an environment; deployments spell theirs in more than one case. */
const isAccepted = (environment: string, accepted: readonly string[] | null): boolean =>
  accepted === null || accepted.some((one) => one.toLowerCase() === environment.trim().toLowerCase());

/**
 * What a measurement gets from its beacon and request: the first of its own field, the beacon's, the URL
 * parameter. Where no route is named, it is made from the page's URL: `url`, web-vitals' `navigationURL`, or
 * the request's referrer.
 */
function provenance(
  beacon: Fields,
  fields: Fields,
  context: BeaconContext,
  routeOf: (page: string) => string | null,
): BeaconDefaults {
  const pages = [
    ownProperty(fields, "url"),
    ownProperty(beacon, "url"),
    ownProperty(fields, "navigationURL"),
    context.referer,
  ];
  const named =
    nonEmpty(ownProperty(fields, "route")) ??
    nonEmpty(ownProperty(beacon, "route")) ??
    nonEmpty(context.routeParam);
  return {
    route: named ?? firstRoute(pages, routeOf) ?? UNKNOWN_ROUTE,
    buildVersion:
      nonEmpty(ownProperty(fields, "buildVersion")) ??
      nonEmpty(ownProperty(beacon, "buildVersion")) ??
      nonEmpty(context.buildVersionParam) ??
      UNKNOWN_BUILD,
    device: context.device,
    receivedAt: context.receivedAt,
    library: cleanLibrary(ownProperty(beacon, "library")) ?? libraryOfId(ownProperty(fields, "id")),
    deliveryType: ownProperty(beacon, "deliveryType"),
  };
}

/** The route of the first page that has one. */
function firstRoute(pages: readonly unknown[], routeOf: (page: string) => string | null): string | null {
  for (const page of pages) {
    const route = typeof page === "string" && page !== "" ? routeOf(page) : null;
    if (route !== null) return route;
  }
  return null;
}

/**
 * `normaliseRoute` of a page's URL, worked out once per page of a beacon; `null` for what is no page. A route
 * that is too long to be kept finds no room like any other.
 */
function routesOfPages(rules: readonly string[]): (page: string) => string | null {
  const known = new Map<string, string | null>();
  return (page) => {
    const seen = known.get(page);
    if (seen !== undefined) return seen;
    const path = pathOf(page);
    const route = path === null ? null : normaliseRoute(path, rules);
    const kept = route !== null && route.length > MAX_LABEL_LENGTH ? OTHER : route;
    known.set(page, kept);
    return kept;
  };
}
