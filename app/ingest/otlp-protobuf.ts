import protobuf from "protobufjs/light.js";
import { BeaconError } from "./drop-reasons";

type Field = { type: string; id: number; rule?: "repeated" };
const one = (type: string, id: number): Field => ({ type, id });
const many = (type: string, id: number): Field => ({ type, id, rule: "repeated" });

/**
 * The fields of OTLP's messages that are read or written here; a decoder skips all others without looking into them,
 * so that nesting (`arrayValue`, field 5) costs nothing.
 * @see https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
 */
const root = protobuf.Root.fromJSON({
  nested: {
    ExportLogsServiceRequest: { fields: { resourceLogs: many("ResourceLogs", 1) } },
    ResourceLogs: { fields: { resource: one("Resource", 1), scopeLogs: many("ScopeLogs", 2) } },
    Resource: { fields: { attributes: many("KeyValue", 1) } },
    ScopeLogs: { fields: { logRecords: many("LogRecord", 2) } },
    LogRecord: {
      fields: {
        body: one("AnyValue", 5),
        attributes: many("KeyValue", 6),
        observedTimeUnixNano: one("fixed64", 11),
        eventName: one("string", 12),
      },
    },
    KeyValue: { fields: { key: one("string", 1), value: one("AnyValue", 2) } },
    AnyValue: {
      oneofs: {
        value: { oneof: ["stringValue", "boolValue", "intValue", "doubleValue", "kvlistValue"] },
      },
      fields: {
        stringValue: one("string", 1),
        boolValue: one("bool", 2),
        intValue: one("int64", 3),
        doubleValue: one("double", 4),
        kvlistValue: one("KeyValueList", 6),
      },
    },
    KeyValueList: { fields: { values: many("KeyValue", 1) } },
    ExportLogsServiceResponse: { fields: { partialSuccess: one("ExportLogsPartialSuccess", 1) } },
    ExportLogsPartialSuccess: {
      fields: { rejectedLogRecords: one("int64", 1), errorMessage: one("string", 2) },
    },
    // google.rpc.Status
    Status: { fields: { code: one("int32", 1), message: one("string", 2) } },
  },
});

const Request = root.lookupType("ExportLogsServiceRequest");

/**
 * Decodes an `ExportLogsServiceRequest` to the shape of OTLP/JSON; 64-bit integers become decimal strings.
 * @throws BeaconError for bytes that are no such message
 */
export function decodeLogsRequest(bytes: Uint8Array): object {
  try {
    return Request.toObject(Request.decode(bytes), { longs: String });
  } catch (error) {
    throw new BeaconError(`The body is not an ExportLogsServiceRequest in protobuf: ${messageOf(error)}.`);
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 120);

/** Encodes an `ExportLogsServiceResponse` that has the shape of OTLP/JSON. */
export const encodeLogsResponse = (response: object): Uint8Array<ArrayBuffer> =>
  encode("ExportLogsServiceResponse", response);

/** Encodes a `google.rpc.Status`. */
export const encodeStatus = (status: { code: number; message: string }): Uint8Array<ArrayBuffer> =>
  encode("Status", status);

function encode(name: string, message: object): Uint8Array<ArrayBuffer> {
  const type = root.lookupType(name);
  return new Uint8Array(type.encode(type.fromObject(message)).finish());
}
