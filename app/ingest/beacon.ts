import { UNKNOWN_BUILD, UNKNOWN_ROUTE } from "../vitals/measurement";
import { isRetiredMetric } from "../vitals/metrics";
import {
  type BeaconContext,
  type BeaconRules,
  isAccepted,
  MAX_MEASUREMENTS,
  routesOfPages,
} from "./beacon-rules";
import { BeaconError, type Ignored, RETIRED_METRIC } from "./drop-reasons";
import { lateness } from "./lateness";
import { type IndexedBeacon, oneValuePerNavigation, type ParsedBeacon } from "./one-value";
import { parseOwnBeacon } from "./own-beacon";
import {
  type BeaconDefaults,
  cleanLibrary,
  type Fields,
  isObject,
  nonEmpty,
  ownProperty,
  validateMeasurement,
} from "./validate";

export type { BeaconContext, BeaconRules, ParsedBeacon };
export { MAX_MEASUREMENTS };

/** Accepts the shape of our own script, and bare metrics of web-vitals. */
function unwrap(body: unknown): { beacon: Fields; items: readonly unknown[] } {
  if (Array.isArray(body)) return { beacon: {}, items: body };
  if (!isObject(body)) throw new BeaconError("The body must be a JSON object or an array of metrics.");
  const version = ownProperty(body, "v");
  if (version !== undefined && version !== 1) {
    // JSON.parse accepts deep nesting that String() overflows the stack on.
    const value = isObject(version) || Array.isArray(version) ? "" : ` ${String(version).slice(0, 40)}`;
    throw new BeaconError(`Version${value} of the wire format is not known; send 1.`);
  }
  const items = ownProperty(body, "measurements");
  if (Array.isArray(items)) return { beacon: body, items };
  if (items !== undefined) throw new BeaconError('"measurements" must be an array.');
  if (ownProperty(body, "name") === undefined) {
    throw new BeaconError('The body has neither "measurements" nor the "name" of a metric.');
  }
  return { beacon: {}, items: [body] };
}

/** Metrics of web-vitals name no library, but their ids begin with its major version. */
const libraryOfId = (id: unknown): string | null => {
  const major = typeof id === "string" ? /^v(\d{1,3})-\d{13}-\d+$/.exec(id)?.[1] : undefined;
  return major === undefined ? null : `web-vitals/${major}`;
};

/**
 * Parses the JSON of a body.
 * @throws BeaconError for an empty body or invalid JSON
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
 * Reads a beacon's JSON. Drops bad measurements one by one, each with its reason, and ignores bad parts of good
 * measurements, each with its name.
 * @throws BeaconError when the body as a whole is no beacon; the message gives the reason
 */
export function parseBeacon(text: string, context: BeaconContext, rules: BeaconRules): ParsedBeacon {
  const body = parseBody(text);
  return parseOwnBeacon(body, context, rules) ?? parseAnyBeacon(body, context, rules);
}

/**
 * `parseBeacon` for the parsed body of any sender.
 * @throws BeaconError as `parseBeacon` does
 */
export function parseAnyBeacon(body: unknown, context: BeaconContext, rules: BeaconRules): ParsedBeacon {
  const { beacon, items } = unwrap(body);
  if (items.length === 0) throw new BeaconError("The beacon has no measurements.");
  const indexed = items.map((item, index) => ({ item, index }));
  return checkBeacon({ beacon, items: indexed, maxItems: MAX_MEASUREMENTS }, context, rules);
}

/** A beacon's own fields, and its measurements with their indexes; those after `maxItems` are dropped. */
export type UncheckedBeacon = {
  beacon: Fields;
  items: ReadonlyArray<{ item: unknown; index: number }>;
  maxItems: number;
};

/**
 * Checks the beacon of one page: returns its good measurements, one per metric and navigation, and the reasons why others
 * were dropped or ignored.
 */
export const checkBeacon = (
  unchecked: UncheckedBeacon,
  context: BeaconContext,
  rules: BeaconRules,
): ParsedBeacon => oneValuePerNavigation(checkItems(unchecked, context, rules), unchecked, context.referer);

/** Checks a batch of any number of page views: unlike `checkBeacon` it keeps every value. */
export function checkMeasurements(
  unchecked: UncheckedBeacon,
  context: BeaconContext,
  rules: BeaconRules,
): ParsedBeacon {
  const { measurements, dropped, ignored } = checkItems(unchecked, context, rules);
  return { measurements, dropped, ignored };
}

function checkItems(
  { beacon, items, maxItems }: UncheckedBeacon,
  context: BeaconContext,
  rules: BeaconRules,
): IndexedBeacon {
  const result: IndexedBeacon = { measurements: [], indexes: [], dropped: [], ignored: [] };
  const { acceptEnvironments, routeRules, tooLateBefore, limitRoute } = rules;
  const routeOf = routesOfPages(routeRules);
  items.forEach(({ item, index }, position) => {
    if (position >= maxItems) {
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
    const defaults = defaultsOf(beacon, fields, context, routeOf);
    const ignored: Ignored[] = [];
    const checked = validateMeasurement(item, defaults, (part, reason) =>
      ignored.push({ index, part, reason }),
    );
    if (typeof checked === "string") {
      result.dropped.push({ index, reason: checked });
      return;
    }
    const late = lateness(checked.id, { beacon, fields }, context.receivedAt, tooLateBefore);
    if (late === "too-late") {
      result.dropped.push({ index, reason: "too-late" });
      return;
    }
    const { sender, receivedAt } = context;
    const route = sender == null ? checked.route : limitRoute?.(sender, checked.route, receivedAt);
    const limited = { ...checked, route: route ?? checked.route };
    result.measurements.push(late === "if-stored" ? { ...limited, onlyIfStored: true } : limited);
    result.indexes.push(index);
    result.ignored.push(...ignored);
  });
  return result;
}

/**
 * Route, build version and so on of a measurement: its own field, else the beacon's, else the URL parameter. Without a
 * named route, the route is derived from the page's URL: `url`, web-vitals' `navigationURL`, or the request's referrer.
 */
function defaultsOf(
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
