import { BeaconError } from "./drop-reasons";
import { type Navigation, navigationsBySession } from "./otlp-navigations";
import { fieldsOf, listOf, microsecondsOf, type Scalar, scalarOf, scalarsOf } from "./otlp-values";
import { pathOf } from "./route";
import { type Fields, isObject, ownProperty } from "./validate";

/** Event names of OpenTelemetry's browser instrumentations that are counted one by one; `other` are all the rest. */
export const IGNORED_EVENTS = [
  "browser.console",
  "browser.navigation",
  "browser.navigation_timing",
  "browser.resource_timing",
  "browser.user_action.click",
  "exception",
  "fid",
  "other",
] as const;

export type IgnoredEvent = (typeof IGNORED_EVENTS)[number];

/** The Web Vitals of one resource, unchecked; an index is the record's place among all log records of the body. */
export type OtlpGroup = {
  beacon: Fields;
  items: ReadonlyArray<{ item: Fields; index: number }>;
  /** The browser as the resource describes it; `null` where it does not. */
  userAgent: string | null;
  mobile: boolean | null;
};

export type OtlpLogs = { groups: readonly OtlpGroup[]; ignored: ReadonlyMap<IgnoredEvent, number> };

/** @see https://github.com/open-telemetry/opentelemetry-browser/tree/main/packages/instrumentation */
const WEB_VITAL = "browser.web_vital";
const NAVIGATION = "browser.navigation";

/** What web-vitals measured before INP. */
const RETIRED = "FID";

const RESOURCE_ATTRIBUTES: ReadonlySet<string> = new Set([
  "service.version",
  "deployment.environment.name",
  // The name that semantic conventions had until 1.27.
  "deployment.environment",
  "user_agent.original",
  "browser.mobile",
]);

/** The URL of a record's page, in the order of trust. */
const PAGE_ATTRIBUTES = ["url.full", "url.path", "browser.document.url.full"] as const;

const RECORD_ATTRIBUTES: ReadonlySet<string> = new Set([
  // Where an older SDK or proxy knows no `eventName`.
  "event.name",
  "session.id",
  "http.route",
  "user_agent.original",
  ...PAGE_ATTRIBUTES,
  `${WEB_VITAL}.name`,
  `${WEB_VITAL}.value`,
  `${WEB_VITAL}.id`,
  `${WEB_VITAL}.navigation_type`,
]);

/** The fields of the event's body in semantic conventions before its fields became attributes. */
const BODY_FIELDS: ReadonlySet<string> = new Set(["name", "value", "id"]);

type Scalars = ReadonlyMap<string, Scalar>;
type LogRecord = { fields: Fields; attributes: Scalars; eventName: string; index: number };

/**
 * Reads an OTLP `ExportLogsServiceRequest`, decoded from JSON or protobuf. What is no Web Vital is counted by event.
 * Unknown fields are ignored, as OTLP demands.
 * @throws BeaconError when it is no such message
 */
export function readOtlpLogs(body: unknown): OtlpLogs {
  if (!isObject(body)) throw new BeaconError("The body must be an ExportLogsServiceRequest: a JSON object.");
  const ignored = new Map<IgnoredEvent, number>();
  const groups: OtlpGroup[] = [];
  let index = 0;
  for (const resourceLogs of requiredList(body, "resourceLogs")) {
    const records: LogRecord[] = [];
    for (const scopeLogs of requiredList(fieldsOf(resourceLogs), "scopeLogs")) {
      for (const logRecord of requiredList(fieldsOf(scopeLogs), "logRecords")) {
        records.push(readRecord(logRecord, index));
        index += 1;
      }
    }
    groups.push(...groupsOf(ownProperty(fieldsOf(resourceLogs), "resource"), records, ignored));
  }
  return { groups, ignored };
}

/** @throws BeaconError for another type than OTLP's */
function requiredList(fields: Fields, name: string): readonly unknown[] {
  const list = ownProperty(fields, name) ?? [];
  if (!Array.isArray(list)) throw new BeaconError(`"${name}" must be an array.`);
  return list;
}

function readRecord(logRecord: unknown, index: number): LogRecord {
  const fields = fieldsOf(logRecord);
  const attributes = scalarsOf(ownProperty(fields, "attributes"), RECORD_ATTRIBUTES);
  const eventName = ownProperty(fields, "eventName") || attributes.get("event.name");
  return { fields, attributes, index, eventName: typeof eventName === "string" ? eventName : "" };
}

/** One group a user agent: a collector may join records of many browsers under one resource. */
function groupsOf(
  resource: unknown,
  records: readonly LogRecord[],
  ignored: Map<IgnoredEvent, number>,
): OtlpGroup[] {
  const navigations: Navigation[] = [];
  const vitals: LogRecord[] = [];
  for (const record of records) {
    const ignoredEvent = ignoredEventOf(record);
    if (ignoredEvent === null) vitals.push(record);
    else ignored.set(ignoredEvent, (ignored.get(ignoredEvent) ?? 0) + 1);
    const url = record.eventName === NAVIGATION ? pageOf(record.attributes) : null;
    if (url !== null) navigations.push({ ...placeOf(record), url });
  }
  if (vitals.length === 0) return [];
  const pageBefore = navigationsBySession(navigations);
  const attributes = scalarsOf(ownProperty(fieldsOf(resource), "attributes"), RESOURCE_ATTRIBUTES);
  const mobile = attributes.get("browser.mobile");
  const shared = {
    beacon: {
      buildVersion: attributes.get("service.version"),
      environment: attributes.get("deployment.environment.name") ?? attributes.get("deployment.environment"),
    },
    mobile: typeof mobile === "boolean" ? mobile : null,
  };
  const byUserAgent = new Map<string | null, Array<{ item: Fields; index: number }>>();
  for (const record of vitals) {
    const userAgent = textOf(
      record.attributes.get("user_agent.original") ?? attributes.get("user_agent.original"),
    );
    const item = toMetric(record, () => pageBefore(placeOf(record)));
    const items = byUserAgent.get(userAgent);
    if (items === undefined) byUserAgent.set(userAgent, [{ item, index: record.index }]);
    else items.push({ item, index: record.index });
  }
  return [...byUserAgent].map(([userAgent, items]) => ({ ...shared, userAgent, items }));
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const isIgnoredEvent = (name: string): name is IgnoredEvent => IGNORED_EVENTS.some((event) => event === name);

/** How a record is counted that is not read; `null` for a Web Vital. */
function ignoredEventOf({ eventName, fields, attributes }: LogRecord): IgnoredEvent | null {
  if (eventName === WEB_VITAL) return nameOf(fields, attributes) === RETIRED ? "fid" : null;
  return eventName !== "fid" && isIgnoredEvent(eventName) ? eventName : "other";
}

const placeOf = ({ attributes, fields, index }: LogRecord) => ({
  session: textOf(attributes.get("session.id")),
  at: microsecondsOf(ownProperty(fields, "observedTimeUnixNano")),
  index,
});

function pageOf(attributes: Scalars): string | null {
  for (const name of PAGE_ATTRIBUTES) {
    const url = textOf(attributes.get(name));
    if (url !== null && pathOf(url) !== null) return url;
  }
  return null;
}

const bodyFieldsOf = (fields: Fields): Scalars => {
  const map = ownProperty(fieldsOf(ownProperty(fields, "body")), "kvlistValue");
  return scalarsOf(listOf(ownProperty(fieldsOf(map), "values")), BODY_FIELDS);
};

function nameOf(fields: Fields, attributes: Scalars): unknown {
  const name = attributes.get(`${WEB_VITAL}.name`) ?? bodyFieldsOf(fields).get("name");
  return typeof name === "string" ? name.toUpperCase() : name;
}

/**
 * A Web Vital as web-vitals would have made it. Its sequence is when the SDK observed it: of an exporter's repeated
 * and reordered batches the newest report wins.
 */
function toMetric({ fields, attributes }: LogRecord, pageBefore: () => string | null): Fields {
  const bodyFields = bodyFieldsOf(fields);
  return {
    id: attributes.get(`${WEB_VITAL}.id`) ?? bodyFields.get("id"),
    name: nameOf(fields, attributes),
    value: attributes.get(`${WEB_VITAL}.value`) ?? bodyFields.get("value"),
    navigationType: attributes.get(`${WEB_VITAL}.navigation_type`),
    sequence: microsecondsOf(ownProperty(fields, "observedTimeUnixNano")) ?? undefined,
    route: attributes.get("http.route"),
    url: pageOf(attributes) ?? pageBefore() ?? undefined,
    attribution: attributionOf(ownProperty(fields, "body")),
  };
}

/** With `includeRawAttribution` the body is web-vitals' attribution as JSON. */
function attributionOf(body: unknown): unknown {
  const text = scalarOf(body);
  if (typeof text !== "string" || !text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
