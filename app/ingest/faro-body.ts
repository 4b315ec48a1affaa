import { createHash } from "node:crypto";
import { timeInId } from "../vitals/measurement";
import { METRICS, type Metric } from "../vitals/metrics";
import { parseInstant } from "../vitals/time";
import { parseBody, type UncheckedBeacon } from "./beacon";
import { BeaconError } from "./drop-reasons";
import { faroAttribution } from "./faro-attribution";
import { type Fields, isObject, nonEmpty, ownProperty } from "./validate";

/** What a Faro body may hold that is no Web Vital: it is counted and let go. */
export const IGNORED_KINDS = ["measurements", "events", "logs", "exceptions", "spans"] as const;
export type LetGo = (typeof IGNORED_KINDS)[number];

export type FaroBody = { unchecked: UncheckedBeacon; letGo: Readonly<Record<LetGo, number>> };

/** Most Web Vitals that are taken from one body; the SDK sends 50 items of all kinds at most. */
const MAX_WEB_VITALS = 100;

const WEB_VITALS = "web-vitals";

/** What older SDKs measured instead of INP. */
const RETIRED = "fid";

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** @throws BeaconError when it is there and no array */
function listOf(body: Fields, name: string): readonly unknown[] {
  const list = ownProperty(body, name) ?? [];
  if (!Array.isArray(list)) throw new BeaconError(`"${name}" must be an array.`);
  return list;
}

/** How many spans an OTLP body has; what has not its shape has none. */
function countSpans(traces: unknown): number {
  const lists = (parents: readonly unknown[], name: string): unknown[] =>
    parents.flatMap((parent) => {
      const list = ownProperty(fieldsOf(parent), name);
      return Array.isArray(list) ? list : [];
    });
  return lists(lists(lists([traces], "resourceSpans"), "scopeSpans"), "spans").length;
}

/**
 * Reads what Grafana Faro's web SDK posts, of version 2 or 1: `{"meta": …, "measurements": […], "events": […], …}`. Its
 * measurements of type `web-vitals` come out in our own shape, unchecked; places are those in `measurements`.
 * @throws BeaconError when the body as a whole is none of Faro's; the message says why
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
      most: MAX_WEB_VITALS,
    },
    letGo: {
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

/** The metric that a measurement is of: its name is the key of its value. */
const metricOf = (values: Fields): Metric | undefined =>
  METRICS.find((metric) => Object.hasOwn(values, metric.toLowerCase()));

/**
 * A measurement as web-vitals would have made it. Its time is its sequence: a report that was sent again, and comes
 * after a newer one, does not replace it.
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

/** Between the beginning of a page and its report, by the visitor's clock alone, which may be wrong. */
function ageOf(id: unknown, measuredAt: number | undefined): number | undefined {
  const begunAt = typeof id === "string" ? timeInId(id) : null;
  return begunAt === null || measuredAt === undefined ? undefined : Math.max(0, measuredAt - begunAt);
}

/** SDK 1 names itself by its version alone. */
function sdkOf(meta: Fields): string | undefined {
  const version = textOf(ownProperty(fieldsOf(ownProperty(meta, "sdk")), "version"));
  return version === "" ? undefined : `faro-web-sdk/${version}`;
}

/**
 * An id for a measurement that came without one, as SDK 1 sends them: the same for the same report of the same page
 * of the same session, so that one that is sent twice counts once. It has the form of web-vitals' own, so that the rule
 * about late ones holds for it.
 * @param at when it was measured, in ms since the epoch
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
