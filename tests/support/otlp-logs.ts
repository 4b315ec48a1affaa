import protobuf from "protobufjs";

type Value = string | number | boolean;

/** An OTLP `AnyValue`, as written by OpenTelemetry's JavaScript exporters. */
export const anyValue = (value: Value): Record<string, unknown> => {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
};

export const attributes = (values: Record<string, Value>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));

/** A log record of OpenTelemetry's web-vitals instrumentation. */
export const webVital = (
  {
    name = "lcp",
    value = 1234.5,
    id = "v5-1795392000000-1234567890123",
    more = {},
  }: {
    name?: string;
    value?: number;
    id?: string;
    more?: Record<string, Value>;
  } = {},
  fields: Record<string, unknown> = {},
) => ({
  timeUnixNano: "1795392000300000000",
  observedTimeUnixNano: "1795392000350000000",
  severityNumber: 9,
  eventName: "browser.web_vital",
  attributes: attributes({
    "browser.web_vital.name": name,
    "browser.web_vital.value": value,
    "browser.web_vital.delta": value,
    "browser.web_vital.rating": "good",
    "browser.web_vital.id": id,
    "browser.web_vital.navigation_type": "navigate",
    ...more,
  }),
  droppedAttributesCount: 0,
  ...fields,
});

/** A log record of OpenTelemetry's navigation instrumentation. */
export const navigation = (url: string, fields: Record<string, unknown> = {}, more = {}) => ({
  observedTimeUnixNano: "1795392000100000000",
  eventName: "browser.navigation",
  attributes: attributes({ "url.full": url, "browser.navigation.same_document": false, ...more }),
  ...fields,
});

export type LogRecords = readonly unknown[];

/** One resource with one scope per list of records. */
export const resourceLogs = (resource: Record<string, Value>, ...scopes: readonly LogRecords[]) => ({
  resource: { attributes: attributes(resource), droppedAttributesCount: 0 },
  scopeLogs: scopes.map((logRecords, i) => ({ scope: { name: `scope-${i}` }, logRecords })),
});

export const request = (...resources: readonly object[]) => ({ resourceLogs: resources });

const PROTO = `
  syntax = "proto3";
  message ExportLogsServiceRequest { repeated ResourceLogs resourceLogs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; string schemaUrl = 3; }
  message Resource { repeated KeyValue attributes = 1; uint32 droppedAttributesCount = 2; }
  message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord logRecords = 2; }
  message InstrumentationScope { string name = 1; string version = 2; }
  message LogRecord {
    fixed64 timeUnixNano = 1; fixed64 observedTimeUnixNano = 11; int32 severityNumber = 2; string severityText = 3;
    AnyValue body = 5; repeated KeyValue attributes = 6; uint32 droppedAttributesCount = 7; fixed32 flags = 8;
    bytes traceId = 9; bytes spanId = 10; string eventName = 12;
  }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4;
    ArrayValue arrayValue = 5; KeyValueList kvlistValue = 6; bytes bytesValue = 7; } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message ExportLogsServiceResponse { ExportLogsPartialSuccess partialSuccess = 1; }
  message ExportLogsPartialSuccess { int64 rejectedLogRecords = 1; string errorMessage = 2; }
  message Status { int32 code = 1; string message = 2; }
`;

const messages = protobuf.parse(PROTO).root;

/** Encodes a message of OTLP, like a collector's exporter. */
export function toProtobuf(message: object, type = "ExportLogsServiceRequest"): Uint8Array<ArrayBuffer> {
  const codec = messages.lookupType(type);
  return new Uint8Array(codec.encode(codec.fromObject(message)).finish());
}

export const fromProtobuf = (bytes: Uint8Array, type: string): object => {
  const codec = messages.lookupType(type);
  return codec.toObject(codec.decode(bytes), { longs: String });
};
