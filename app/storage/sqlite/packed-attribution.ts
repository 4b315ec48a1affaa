import type { Attribution } from "../../vitals/measurement";
import type { Metric } from "../../vitals/metrics";
import { BYTES } from "./hex-digits";

/** `element` and `resource` have columns of their own, because their texts are labels. */
type Kind = "element" | "resource" | "duration" | "score" | readonly string[];

// The names of web-vitals that have a number each. New ones are added at the end.
const INTERACTION_TYPES = ["pointer", "keyboard"] as const;
const SUBPARTS = ["input-delay", "processing-duration", "presentation-delay"] as const;
const LOAD_STATES = ["loading", "dom-interactive", "dom-content-loaded", "complete"] as const;

/**
 * The fields of each metric in the order in which they are stored, which is that of `cleanAttribution`. A stored
 * attribution ends with its last field, so a new field is added at the end, and older rows have none of it.
 */
const LAYOUT: Readonly<Record<Metric, ReadonlyArray<readonly [name: string, kind: Kind]>>> = {
  LCP: [
    ["target", "element"],
    ["url", "resource"],
    ["timeToFirstByte", "duration"],
    ["resourceLoadDelay", "duration"],
    ["resourceLoadDuration", "duration"],
    ["elementRenderDelay", "duration"],
    ["firstInterimResponseStart", "duration"],
    ["finalResponseHeadersStart", "duration"],
  ],
  INP: [
    ["interactionTarget", "element"],
    ["interactionType", INTERACTION_TYPES],
    ["inputDelay", "duration"],
    ["processingDuration", "duration"],
    ["presentationDelay", "duration"],
    ["longestScriptURL", "resource"],
    ["longestScriptSubpart", SUBPARTS],
    ["loadState", LOAD_STATES],
  ],
  CLS: [
    ["largestShiftTarget", "element"],
    ["largestShiftValue", "score"],
    ["largestShiftTime", "duration"],
    ["loadState", LOAD_STATES],
  ],
  FCP: [
    ["timeToFirstByte", "duration"],
    ["firstByteToFCP", "duration"],
    ["loadState", LOAD_STATES],
  ],
  TTFB: [
    ["waitingDuration", "duration"],
    ["cacheDuration", "duration"],
    ["dnsDuration", "duration"],
    ["connectionDuration", "duration"],
    ["requestDuration", "duration"],
    ["activationStart", "duration"],
    ["firstInterimResponseStart", "duration"],
    ["finalResponseHeadersStart", "duration"],
  ],
};

// Each field is a code (LEB128), with what follows it. From FIRST_NUMBER on: the number of tenths of a duration, of
// ten-thousandths of a score, or of a known name.
const ABSENT = 0;
/** The eight bytes of a double, the highest first. */
const DOUBLE = 1;
/** The number of bytes (LEB128), then the text in UTF-8. */
const TEXT = 2;
const FIRST_NUMBER = 3;

const MAX_NUMBER = 2 ** 31;

const scaleOf = (kind: Kind): number => (kind === "score" ? 10_000 : 10);

export type PackedAttribution = {
  element: string | null;
  resource: string | null;
  /** The other fields, in hexadecimal digits; `null` without any. */
  fields: string | null;
  /** JSON of an attribution that has no such form; all else is `null` then. */
  json: string | null;
};

const NONE: PackedAttribution = { element: null, resource: null, fields: null, json: null };

/**
 * The stored form of an attribution, from which `unpackAttribution` makes the same one, with its fields in the same
 * order. One with unknown fields, or in another order, as earlier versions stored them, is stored as JSON.
 */
export function packAttribution(metric: Metric, attribution: Attribution | null): PackedAttribution {
  if (attribution === null) return NONE;
  const packed = pack(metric, attribution);
  return packed ?? { ...NONE, json: JSON.stringify(attribution) };
}

function pack(metric: Metric, attribution: Attribution): PackedAttribution | null {
  const names = Object.keys(attribution);
  let next = 0;
  let fields = "";
  // Absent fields before the next one: those at the end are left out.
  let absent = "";
  let element: string | null = null;
  let resource: string | null = null;
  for (const [name, kind] of LAYOUT[metric]) {
    const value = names[next] === name ? attribution[name] : undefined;
    if (value !== undefined) next += 1;
    if (kind === "element" || kind === "resource") {
      if (typeof value === "number") return null;
      if (kind === "element") element = value ?? null;
      else resource = value ?? null;
    } else if (value === undefined) {
      absent += BYTES[ABSENT];
    } else if (typeof kind === "object") {
      if (typeof value !== "string") return null;
      fields += absent + packText(value, kind);
      absent = "";
    } else {
      if (typeof value !== "number") return null;
      fields += absent + packNumber(value, scaleOf(kind));
      absent = "";
    }
  }
  if (next < names.length || next === 0) return null;
  return { element, resource, fields: fields === "" ? null : fields, json: null };
}

function packCode(code: number): string {
  // Unsigned: a code has up to 32 bits.
  if (code < 128) return BYTES[code] ?? "";
  return (BYTES[(code & 127) | 128] ?? "") + packCode(code >>> 7);
}

function packNumber(value: number, scale: number): string {
  const number = Math.round(value * scale);
  if (number >= 0 && number < MAX_NUMBER && number / scale === value) return packCode(number + FIRST_NUMBER);
  const double = Buffer.alloc(8);
  double.writeDoubleBE(value);
  return packCode(DOUBLE) + double.toString("hex");
}

function packText(value: string, known: readonly string[]): string {
  const index = known.indexOf(value);
  if (index >= 0) return packCode(index + FIRST_NUMBER);
  const text = Buffer.from(value);
  return packCode(TEXT) + packCode(text.length) + text.toString("hex");
}

/** The attribution of a stored form (see `packAttribution`); `null` for a measurement without one. */
export function unpackAttribution(
  metric: Metric,
  { element, resource, fields, json }: PackedAttribution,
): Attribution | null {
  if (json !== null) return JSON.parse(json);
  if (element === null && resource === null && fields === null) return null;
  const reader = new FieldReader(Buffer.from(fields ?? "", "hex"));
  const attribution: Record<string, string | number> = {};
  for (const [name, kind] of LAYOUT[metric]) {
    const value = kind === "element" ? element : kind === "resource" ? resource : reader.next(kind);
    if (value !== null) attribution[name] = value;
  }
  return attribution;
}

class FieldReader {
  #at = 0;
  constructor(private readonly bytes: Buffer) {}

  /** The next field; `null` where it is absent, and after the last one. */
  next(kind: "duration" | "score" | readonly string[]): string | number | null {
    if (this.#at >= this.bytes.length) return null;
    const code = this.#code();
    if (code === ABSENT) return null;
    if (code === DOUBLE) return this.bytes.readDoubleBE(this.#skip(8));
    if (code === TEXT) {
      const length = this.#code();
      const from = this.#skip(length);
      return this.bytes.toString("utf8", from, from + length);
    }
    const number = code - FIRST_NUMBER;
    return typeof kind === "object" ? (kind[number] ?? null) : number / scaleOf(kind);
  }

  #code(): number {
    let code = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.#at] ?? 0;
      this.#at += 1;
      code += (byte % 128) * factor;
      if (byte < 128) return code;
    }
  }

  #skip(length: number): number {
    const from = this.#at;
    this.#at += length;
    return from;
  }
}
