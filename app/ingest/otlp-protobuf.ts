import protobuf from "protobufjs/light.js";
import { BeaconError } from "./drop-reasons";

type Scalar = "string" | "bool" | "int64" | "double" | "fixed64";
type Field = { name: string; type: Scalar | (() => Message); repeated?: true };
type Message = Readonly<Record<number, Field>>;

/**
 * The fields of OTLP's messages that the cockpit reads. The decoder skips all others unread, so deeply nested
 * values (`arrayValue`, field 5) cost nothing.
 * @see https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
 */
const ANY_VALUE: Message = {
  1: { name: "stringValue", type: "string" },
  2: { name: "boolValue", type: "bool" },
  3: { name: "intValue", type: "int64" },
  4: { name: "doubleValue", type: "double" },
  6: { name: "kvlistValue", type: () => KEY_VALUE_LIST },
};
const KEY_VALUE: Message = {
  1: { name: "key", type: "string" },
  2: { name: "value", type: () => ANY_VALUE },
};
const KEY_VALUE_LIST: Message = { 1: { name: "values", type: () => KEY_VALUE, repeated: true } };
const LOG_RECORD: Message = {
  5: { name: "body", type: () => ANY_VALUE },
  6: { name: "attributes", type: () => KEY_VALUE, repeated: true },
  11: { name: "observedTimeUnixNano", type: "fixed64" },
  12: { name: "eventName", type: "string" },
};
const SCOPE_LOGS: Message = { 2: { name: "logRecords", type: () => LOG_RECORD, repeated: true } };
const RESOURCE: Message = { 1: { name: "attributes", type: () => KEY_VALUE, repeated: true } };
const RESOURCE_LOGS: Message = {
  1: { name: "resource", type: () => RESOURCE },
  2: { name: "scopeLogs", type: () => SCOPE_LOGS, repeated: true },
};
const REQUEST: Message = { 1: { name: "resourceLogs", type: () => RESOURCE_LOGS, repeated: true } };

/** Wire types of protobuf. */
const WIRE_TYPES: Readonly<Record<Scalar | "message", number>> = {
  bool: 0,
  int64: 0,
  double: 1,
  fixed64: 1,
  string: 2,
  message: 2,
};
const GROUP = 3;

/** Attributes nest seven levels; what lies deeper in a record's body is nobody's Web Vital. */
const MAX_DEPTH = 16;

/** Two bytes make a message: a body of them would cost a hundred times its size in memory. */
const MAX_MESSAGES = 400_000;

/**
 * Decodes an `ExportLogsServiceRequest` to the shape of OTLP/JSON; 64-bit integers become decimal strings.
 * @throws BeaconError for bytes that are no such message
 */
export function decodeLogsRequest(bytes: Uint8Array): object {
  const reader = protobuf.Reader.create(bytes);
  const budget = { messages: MAX_MESSAGES };
  try {
    return decode(reader, REQUEST, { end: reader.len, depth: 0, budget });
  } catch (error) {
    if (error instanceof BeaconError) throw error;
    throw new BeaconError(`The body is not an ExportLogsServiceRequest in protobuf: ${messageOf(error)}.`);
  }
}

type Extent = { end: number; depth: number; budget: { messages: number } };

/** @throws Error for what is no protobuf, BeaconError for too much of it */
function decode(reader: protobuf.Reader, message: Message, { end, depth, budget }: Extent): object {
  budget.messages -= 1;
  if (budget.messages < 0) throw new BeaconError(`The body has more than ${MAX_MESSAGES} messages.`, 413);
  const decoded: Record<string, unknown> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    const field = message[tag >>> 3];
    if (tag >>> 3 === 0 || wireType === GROUP || wireType > 5) throw new Error(`invalid tag ${tag}`);
    const expected =
      field === undefined ? -1 : WIRE_TYPES[typeof field.type === "string" ? field.type : "message"];
    if (field === undefined || expected !== wireType || depth === MAX_DEPTH) reader.skipType(wireType);
    else if (typeof field.type === "string") decoded[field.name] = readScalar(reader, field.type);
    else {
      const inner = reader.uint32();
      if (reader.pos + inner > end) throw new Error("a message ends after its parent");
      const extent = { end: reader.pos + inner, depth: depth + 1, budget };
      add(decoded, field, decode(reader, field.type(), extent));
    }
  }
  if (reader.pos !== end) throw new Error("a field ends after its message");
  return decoded;
}

function add(decoded: Record<string, unknown>, { name, repeated }: Field, value: object): void {
  const list = decoded[name];
  if (repeated !== true) decoded[name] = value;
  else if (Array.isArray(list)) list.push(value);
  else decoded[name] = [value];
}

function readScalar(reader: protobuf.Reader, type: Scalar): string | number | boolean {
  switch (type) {
    case "string":
      return reader.string();
    case "bool":
      return reader.bool();
    case "double":
      return reader.double();
    case "int64":
      return String(reader.int64());
    case "fixed64":
      return String(reader.fixed64());
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 120);

const answers = protobuf.Root.fromJSON({
  nested: {
    ExportLogsServiceResponse: { fields: { partialSuccess: { type: "ExportLogsPartialSuccess", id: 1 } } },
    ExportLogsPartialSuccess: {
      fields: { rejectedLogRecords: { type: "int64", id: 1 }, errorMessage: { type: "string", id: 2 } },
    },
    // google.rpc.Status
    Status: { fields: { code: { type: "int32", id: 1 }, message: { type: "string", id: 2 } } },
  },
});

/** Encodes an `ExportLogsServiceResponse`, given in the shape of OTLP/JSON. */
export const encodeLogsResponse = (response: object): Uint8Array<ArrayBuffer> =>
  encode("ExportLogsServiceResponse", response);

export const encodeStatus = (status: { code: number; message: string }): Uint8Array<ArrayBuffer> =>
  encode("Status", status);

function encode(name: string, message: object): Uint8Array<ArrayBuffer> {
  const type = answers.lookupType(name);
  return new Uint8Array(type.encode(type.fromObject(message)).finish());
}
