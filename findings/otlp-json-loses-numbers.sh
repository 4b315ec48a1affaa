#!/usr/bin/env bash
# OTLP has a binary and a JSON encoding, and OpenTelemetry's exporters for both encode the same attributes. Those for JSON
# write numbers with JSON.stringify: NaN and Infinity, such as a share of no page views, become `null`, where ProtoBuf's JSON
# has "NaN" and "Infinity". A whole number from 2^63 on, such as a hash, is an `intValue` outside of its range, or with an
# exponent, where the binary encoding changes to a double. So what arrives depends on the encoding, without an error where
# it is sent (@opentelemetry/otlp-transformer 0.301.1).
# https://protobuf.dev/programming-guides/json/
# Exits with 1 when both encodings have the same numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-trace@3.1.1 @opentelemetry/otlp-transformer@0.301.1 protobufjs@7.5.4
cat >check.cjs <<'SCRIPT'
const { readFileSync } = require("node:fs");
const { TracerProvider } = require("@opentelemetry/sdk-trace");
const { JsonTraceSerializer, ProtobufTraceSerializer } = require("@opentelemetry/otlp-transformer");
const protobuf = require("protobufjs");

const spans = [];
const done = async () => undefined;
const processor = { onStart: () => undefined, onEnd: (span) => spans.push(span), forceFlush: done, shutdown: done };
const attributes = { plain: 2500.5, none: Number.NaN, endless: Number.POSITIVE_INFINITY, hash: 2 ** 63, large: 1e21 };
new TracerProvider({ spanProcessors: [processor] }).getTracer("shop").startSpan("page", { attributes }).end();

// The parts of OTLP on the way to the attributes of a span, by their numbers in its .proto files.
const { root } = protobuf.parse(`syntax = "proto3";
  message Any { oneof value { string stringValue = 1; int64 intValue = 3; double doubleValue = 4; } }
  message KeyValue { string key = 1; Any value = 2; }
  message Span { repeated KeyValue attributes = 9; }
  message ScopeSpans { repeated Span spans = 2; }
  message ResourceSpans { repeated ScopeSpans scopeSpans = 2; }
  message Request { repeated ResourceSpans resourceSpans = 1; }`);
const attributesOf = ({ resourceSpans }) => resourceSpans[0].scopeSpans[0].spans[0].attributes;
const json = attributesOf(JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(spans)).toString()));
const binary = attributesOf(root.lookupType("Request").decode(ProtobufTraceSerializer.serializeRequest(spans)));

const { version } = JSON.parse(readFileSync("node_modules/@opentelemetry/otlp-transformer/package.json", "utf8"));
console.log("@opentelemetry/otlp-transformer", version);
const sent = json.map(({ key, value }, i) => {
  const [[kind, number]] = Object.entries(value);
  const other = binary[i].value;
  console.log(`${key}: JSON ${kind} ${number}, binary ${other.value} ${other[other.value]}`);
  return `${key} ${kind} ${number} ${other.value} ${other[other.value]}`;
});
process.exit(
  sent.join() ===
    [
      "plain doubleValue 2500.5 doubleValue 2500.5",
      "none doubleValue null doubleValue NaN",
      "endless doubleValue null doubleValue Infinity",
      "hash intValue 9223372036854776000 doubleValue 9223372036854776000",
      "large intValue 1e+21 doubleValue 1e+21",
    ].join()
    ? 0
    : 1,
);
SCRIPT
node check.cjs
