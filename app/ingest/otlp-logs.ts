import { BeaconError } from "./drop-reasons";
import { type Navigation, navigationsBySession } from "./otlp-navigations";
import { fieldsOf, listOf, microsecondsOf, type Scalar, scalarOf, scalarsOf } from "./otlp-values";
import { pathOf } from "./route";
import { type Fields, isObject, ownProperty } from "./validate";

/** Events of OpenTelemetry's browser instrumentations that are counted by name; `other` counts all the rest. */
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

/** The unchecked Web Vitals of one resource; `index` is the record's position among all log records of the body. */
export type OtlpGroup = {
  beacon: Fields;
  items: ReadonlyArray<{ item: Fields; index: number }>;
  /** The browser's user agent from the resource; `null` without one. */
  userAgent: string | null;
  mobile: boolean | null;
};

export type OtlpLogs = { groups: readonly OtlpGroup[]; ignored: ReadonlyMap<IgnoredEvent, number> };

/** @see https://github.com/open-telemetry/opentelemetry-browser/tree/main/packages/instrumentation */
const WEB_VITAL = "browser.web_vital";
const NAVIGATION = "browser.navigation";

/** web-vitals measured First Input Delay before INP. */
const RETIRED = "FID";

const RESOURCE_ATTRIBUTES: ReadonlySet<string> = new Set([
  "service.version",
  "deployment.environment.name",
  // The name in semantic conventions before 1.27.
  "deployment.environment",
  "user_agent.original",
  "browser.mobile",
]);

/** Attributes with the URL of a record's page, the most reliable first. */
const PAGE_ATTRIBUTES = ["url.full", "url.path", "browser.document.url.full"] as const;

const RECORD_ATTRIBUTES: ReadonlySet<string> = new Set([
  // Older SDKs and proxies have no `eventName`.
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

/** Fields of the event's body, from semantic conventions in which they were no attributes yet. */
const BODY_FIELDS: ReadonlySet<string> = new Set(["name", "value", "id"]);

type Scalars = ReadonlyMap<string, Scalar>;
type LogRecord = { fields: Fields; attributes: Scalars; eventName: string; index: number };

/** Most resources, scopes and log records of one body, together: twice a collector's usual batch. */
export const MAX_LOG_RECORDS = 20_000;

/**
 * Reads an OTLP `ExportLogsServiceRequest`, decoded from JSON or protobuf. Counts other records by event. Ignores unknown
 * fields, as OTLP requires.
 * @throws BeaconError for any other message
 */
export function readOtlpLogs(body: unknown): OtlpLogs {
  if (!isObject(body)) throw new BeaconError("The body must be an ExportLogsServiceRequest: a JSON object.");
  const ignored = new Map<IgnoredEvent, number>();
  const groups: OtlpGroup[] = [];
  let index = 0;
  refuseTooMany(body);
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

/** @throws BeaconError for more than `MAX_LOG_RECORDS`, before any of them is read */
function refuseTooMany(body: Fields): void {
  const resources = requiredList(body, "resourceLogs");
  const scopes = resources.flatMap((resource) => requiredList(fieldsOf(resource), "scopeLogs"));
  let count = resources.length + scopes.length;
  for (const scope of scopes) count += requiredList(fieldsOf(scope), "logRecords").length;
  if (count > MAX_LOG_RECORDS) {
    throw new BeaconError(
      `The body has ${count} resources, scopes and log records; ${MAX_LOG_RECORDS} at most (a collector's ` +
        `processor batch: send_batch_max_size).`,
      413,
    );
  }
}

/** Returns an empty list for an absent field. @throws BeaconError for a field that is no array */
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

/** Groups records by user agent: a collector may join records of many browsers under one resource. */
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
    if (url !== null) navigations.push({ ...positionOf(record), url });
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
    const item = toMetric(record, () => pageBefore(positionOf(record)));
    const items = byUserAgent.get(userAgent);
    if (items === undefined) byUserAgent.set(userAgent, [{ item, index: record.index }]);
    else items.push({ item, index: record.index });
  }
  return [...byUserAgent].map(([userAgent, items]) => ({ ...shared, userAgent, items }));
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const isIgnoredEvent = (name: string): name is IgnoredEvent => IGNORED_EVENTS.some((event) => event === name);

/** The event under which an ignored record is counted; `null` for a Web Vital. */
function ignoredEventOf({ eventName, fields, attributes }: LogRecord): IgnoredEvent | null {
  if (eventName === WEB_VITAL) return nameOf(fields, attributes) === RETIRED ? "fid" : null;
  return eventName !== "fid" && isIgnoredEvent(eventName) ? eventName : "other";
}

const positionOf = ({ attributes, fields, index }: LogRecord) => ({
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
 * Converts a log record to a metric of web-vitals. Its observed time becomes its sequence, so that the newest report wins
 * when an exporter repeats or reorders batches.
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

/** With the instrumentation's `includeRawAttribution` the body is web-vitals' attribution as JSON. */
function attributionOf(body: unknown): unknown {
  const text = scalarOf(body);
  if (typeof text !== "string" || !text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
