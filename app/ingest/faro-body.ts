import { createHash } from "node:crypto";
import { timeInId } from "../vitals/measurement";
import { METRICS, type Metric } from "../vitals/metrics";
import { parseInstant } from "../vitals/time";
import { parseBody, type UncheckedBeacon } from "./beacon";
import { BeaconError } from "./drop-reasons";
import { faroAttribution } from "./faro-attribution";
import { type Fields, isObject, nonEmpty, ownProperty } from "./validate";

/** Items of a Faro body that are no Web Vitals: counted and ignored. */
export const IGNORED_KINDS = ["measurements", "events", "logs", "exceptions", "spans"] as const;
export type IgnoredKind = (typeof IGNORED_KINDS)[number];

export type FaroBody = { unchecked: UncheckedBeacon; ignored: Readonly<Record<IgnoredKind, number>> };

/** Most Web Vitals accepted from one body; the SDK sends at most 50 items of all kinds. */
const MAX_WEB_VITALS = 100;

const WEB_VITALS = "web-vitals";

/** Older SDKs measure First Input Delay instead of INP. */
const RETIRED = "fid";

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Returns an empty list for an absent field. @throws BeaconError for a field that is no array */
function listOf(body: Fields, name: string): readonly unknown[] {
  const list = ownProperty(body, name) ?? [];
  if (!Array.isArray(list)) throw new BeaconError(`"${name}" must be an array.`);
  return list;
}

/** The number of spans in an OTLP body; 0 for any other shape. */
function countSpans(traces: unknown): number {
  const lists = (parents: readonly unknown[], name: string): unknown[] =>
    parents.flatMap((parent) => {
      const list = ownProperty(fieldsOf(parent), name);
      return Array.isArray(list) ? list : [];
    });
  return lists(lists(lists([traces], "resourceSpans"), "scopeSpans"), "spans").length;
}

/**
 * Reads a body of Grafana Faro's web SDK 1 or 2: `{"meta": …, "measurements": […], "events": […], …}`. Returns its
 * measurements of type `web-vitals` as an unchecked beacon; indexes are those in `measurements`.
 * @throws BeaconError when the body as a whole is no Faro body; the message gives the reason
 */
export function parseFaroBody(text: string): FaroBody {
  const body = parseBody(text);
  if (!isObject(body)) throw new BeaconError("The body must be a JSON object.");
  const [measurements, events, logs, exceptions] = [
    listOf(body, "measurements"),
    listOf(body, "events"),
    listOf(body, "logs"),
    listOf(body, "exceptions"),
  ];
  if (
    ![measurements, events, logs, exceptions].some((list) => list.length > 0) &&
    !ownProperty(body, "traces")
  ) {
    throw new BeaconError("The body has no measurements, events, logs, exceptions or traces.");
  }
  const meta = fieldsOf(ownProperty(body, "meta"));
  const app = fieldsOf(ownProperty(meta, "app"));
  const page = fieldsOf(ownProperty(meta, "page"));
  const vitals = measurements
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => !isObject(item) || isWebVital(item));
  return {
    unchecked: {
      beacon: {
        url: ownProperty(page, "url"),
        route: ownProperty(page, "id"),
        buildVersion: ownProperty(app, "version"),
        environment: ownProperty(app, "environment"),
      },
      items: vitals.map(({ item, index }) => ({ item: isObject(item) ? toMetric(item, meta) : item, index })),
      maxItems: MAX_WEB_VITALS,
    },
    ignored: {
      measurements: measurements.length - vitals.length,
      events: events.length,
      logs: logs.length,
      exceptions: exceptions.length,
      spans: countSpans(ownProperty(body, "traces")),
    },
  };
}

function isWebVital(item: Fields): boolean {
  const values = fieldsOf(ownProperty(item, "values"));
  return (
    ownProperty(item, "type") === WEB_VITALS &&
    !(Object.hasOwn(values, RETIRED) && metricOf(values) === undefined)
  );
}

/** A Faro measurement names its metric by the key of its value. */
const metricOf = (values: Fields): Metric | undefined =>
  METRICS.find((metric) => Object.hasOwn(values, metric.toLowerCase()));

/**
 * Converts a Faro measurement to a metric of web-vitals. Its time becomes its sequence, so that a retried older report
 * does not replace a newer one.
 */
function toMetric(item: Fields, meta: Fields): Fields {
  const values = fieldsOf(ownProperty(item, "values"));
  const context = fieldsOf(ownProperty(item, "context"));
  const name = metricOf(values);
  if (name === undefined) return {};
  const value = ownProperty(values, name.toLowerCase());
  const at = parseInstant(textOf(ownProperty(item, "timestamp"))) ?? -1;
  const measuredAt = at >= 0 ? at : undefined;
  const id = nonEmpty(ownProperty(context, "id"));
  return {
    ...(id === undefined
      ? {
          id: idOfContent([name, typeof value === "number" ? value : null], meta, measuredAt),
          library: sdkOf(meta),
        }
      : { id, age: ageOf(id, measuredAt) }),
    name,
    value,
    navigationType: ownProperty(context, "navigation_type"),
    sequence: measuredAt,
    attribution: faroAttribution(name, values, context),
  };
}

/** Time from the start of a page to its report, in ms; both are of the visitor's clock, so its error cancels out. */
function ageOf(id: unknown, measuredAt: number | undefined): number | undefined {
  const startedAt = typeof id === "string" ? timeInId(id) : null;
  return startedAt === null || measuredAt === undefined ? undefined : Math.max(0, measuredAt - startedAt);
}

/** The library of a body from SDK 1, which sends its version without a name. */
function sdkOf(meta: Fields): string | undefined {
  const version = textOf(ownProperty(fieldsOf(ownProperty(meta, "sdk")), "version"));
  return version === "" ? undefined : `faro-web-sdk/${version}`;
}

/**
 * Derives an id for a measurement of SDK 1, which sends none: a hash of the report, page and session, so that a retried
 * report counts once. It has the form of web-vitals' ids, so that the rule about late reports reads its time.
 * @param at time of the measurement, in ms since the epoch
 */
function idOfContent(
  content: ReadonlyArray<string | number | null>,
  meta: Fields,
  at: number | undefined,
): string {
  const of = (part: string, ...names: string[]): string[] => {
    const fields = fieldsOf(ownProperty(meta, part));
    return names.map((name) => textOf(ownProperty(fields, name)));
  };
  const parts = [
    content,
    at ?? null,
    of("session", "id"),
    of("page", "url", "id"),
    of("app", "name", "version", "environment"),
    of("browser", "userAgent", "viewportWidth", "viewportHeight"),
  ];
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
  return `v0-${at ?? "unknown"}-${BigInt(`0x${digest}`)}`;
}
