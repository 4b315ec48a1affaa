import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { METRICS } from "../../../app/vitals/metrics";
import { idAt } from "../measurements";
import { aText } from "./texts";

type Json = unknown;

/** A body, and the content type that belongs to it. */
export type FuzzedBody = { bytes: Buffer; type: string | null };

/** What real libraries sent, as parsed JSON; of page views that began now, as later their measurements would be too late. */
export function capturedBodies(root: string): Json[] {
  const read = (name: string): Array<{ body?: Json; metric?: Json }> => {
    const text = readFileSync(join(root, "tests", "integration", "captures", name), "utf8");
    return JSON.parse(text.replaceAll(/\b(v\d+-)\d{13}(?=-\d+\b)/g, `$1${Date.now()}`));
  };
  const parsed = (body: Json): Json => (typeof body === "string" ? parsedOrText(body) : body);
  return [
    ...read("faro-2.12.1-requests.json").map(({ body }) => parsed(body)),
    ...read("next-16.4.6-requests.json").map(({ body }) => parsed(body)),
    ...read("web-vitals-6.2.3-metrics.json").map(({ metric }) => metric),
  ].filter((body) => body !== undefined && body !== null);
}

function parsedOrText(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Replaces one part of a JSON value, chosen by `choices`, by another value. */
function mutated(value: Json, choices: readonly number[], replacement: Json): Json {
  const [choice = 0, ...rest] = choices;
  if (typeof value !== "object" || value === null || rest.length === 0) return replacement;
  const keys = Object.keys(value);
  const key = keys[choice % Math.max(1, keys.length)];
  if (key === undefined) return replacement;
  const changed = mutated((value as Record<string, Json>)[key], rest, replacement);
  return Array.isArray(value)
    ? value.map((one, i) => (String(i) === key ? changed : one))
    : { ...value, [key]: changed };
}

const aReplacement: fc.Arbitrary<Json> = fc.oneof(
  aText,
  fc.constantFrom(null, true, 0, -1, 1e308, [], {}, [[[[[]]]]], { __proto__: null, name: "LCP" }),
  fc.jsonValue({ maxDepth: 2 }),
);

const aMeasurement = fc.record(
  {
    id: fc.oneof(
      fc.nat(1_000_000).map((n) => idAt(Date.now(), n)),
      aText,
    ),
    name: fc.oneof(fc.constantFrom(...METRICS, "FID"), aText),
    value: fc.oneof(fc.double(), fc.nat(5_000), aText),
    route: aText,
    buildVersion: aText,
    url: aText,
    navigationType: aText,
    sequence: fc.oneof(fc.integer(), aText),
    attribution: fc.oneof(
      fc.dictionary(fc.constantFrom("target", "url", "element", "__proto__"), aText),
      aText,
    ),
  },
  { requiredKeys: ["id", "name", "value"] },
);

const asJson = (type: string) => (value: Json) => ({
  bytes: Buffer.from(JSON.stringify(value) ?? "", "utf8"),
  type,
});

/** The fields of the product's own forms, besides arbitrary ones. */
const FIELDS = [
  ..."password,next,intent,id,name,scope,ends,token,kind,interval,target,duration".split(","),
  ..."buildVersion,link,at,release".split(","),
];
const INTENTS = ["create-token", "revoke-token", "end-session", "end-others", "sign-out"];

const aForm = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), fc.oneof(fc.constantFrom(...INTENTS, "read"), aText)), {
    maxLength: 5,
  })
  .map((pairs) => ({
    bytes: Buffer.from(new URLSearchParams(pairs).toString()),
    type: "application/x-www-form-urlencoded",
  }));

const TYPES = [
  ..."application/json,text/plain,application/x-protobuf,application/csp-report,application/reports+json".split(
    ",",
  ),
  ..."multipart/form-data; boundary=x,text/html,application/x-www-form-urlencoded".split(","),
  "",
];

/** Any body: mutated captures, beacons, forms, JSON, bytes, compressed or not. */
export function aBody(captures: readonly Json[]): fc.Arbitrary<FuzzedBody> {
  const aCapture = fc
    .tuple(fc.constantFrom(...captures), fc.array(fc.nat(20), { maxLength: 7 }), aReplacement)
    .map(([capture, choices, replacement]) => mutated(capture, choices, replacement));
  const aBeacon = fc.record(
    {
      v: fc.oneof(fc.constant(1), aReplacement),
      url: aText,
      measurements: fc.array(aMeasurement, { maxLength: 40 }),
    },
    { requiredKeys: ["measurements"] },
  );
  const plain = fc.oneof(
    { weight: 5, arbitrary: aCapture.map(asJson("application/json")) },
    { weight: 5, arbitrary: aBeacon.map(asJson("text/plain")) },
    { weight: 3, arbitrary: aForm },
    { weight: 1, arbitrary: fc.jsonValue().map(asJson("application/json")) },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ maxLength: 300 })
        .map((bytes) => ({ bytes: Buffer.from(bytes), type: null })),
    },
    { weight: 1, arbitrary: fc.constant({ bytes: Buffer.alloc(70_000, "["), type: "application/json" }) },
  );
  return fc.tuple(plain, fc.option(fc.constantFrom(...TYPES), { freq: 3 })).map(([body, type]) => ({
    ...body,
    type: type ?? body.type,
  }));
}

/** A body as an encoding claims it: compressed, cut off, or not at all what it claims. */
export const encoded = (bytes: Buffer, how: "gzip" | "cut" | "false"): Buffer => {
  if (how === "false") return bytes;
  const packed = gzipSync(bytes);
  return how === "gzip" ? packed : packed.subarray(0, Math.floor(packed.length / 2));
};
