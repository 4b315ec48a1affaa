import { type Fields, isObject, ownProperty } from "./validate";

/** The scalar kinds of an OTLP `AnyValue`. */
export type Scalar = string | number | boolean;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** OTLP/JSON writes 64-bit integers as decimal strings; several encoders write them as numbers. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : undefined;
}

/** The scalar in an `AnyValue`; `undefined` for arrays, maps, bytes and any other value. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (!isObject(value)) return undefined;
  const text = ownProperty(value, "stringValue");
  if (typeof text === "string") return text;
  const flag = ownProperty(value, "boolValue");
  if (typeof flag === "boolean") return flag;
  return numberOf(ownProperty(value, "intValue")) ?? numberOf(ownProperty(value, "doubleValue"));
}

/** The scalar values of the `wanted` keys in a list of OTLP `KeyValue`; the first value of a repeated key. */
export function scalarsOf(list: unknown, wanted: ReadonlySet<string>): ReadonlyMap<string, Scalar> {
  const scalars = new Map<string, Scalar>();
  for (const item of listOf(list)) {
    const key = ownProperty(fieldsOf(item), "key");
    if (typeof key !== "string" || !wanted.has(key) || scalars.has(key)) continue;
    const scalar = scalarOf(ownProperty(fieldsOf(item), "value"));
    if (scalar !== undefined) scalars.set(key, scalar);
  }
  return scalars;
}

/**
 * Converts a `fixed64` of nanoseconds to whole microseconds, which are exact below 2^53 until the year 2255. `null` for an
 * absent value and for 0, OTLP's unknown time.
 */
export function microsecondsOf(nanoseconds: unknown): number | null {
  const us =
    typeof nanoseconds === "string" && /^\d{1,20}$/.test(nanoseconds)
      ? Number(BigInt(nanoseconds) / 1000n)
      : typeof nanoseconds === "number"
        ? Math.floor(nanoseconds / 1000)
        : 0;
  return Number.isSafeInteger(us) && us > 0 ? us : null;
}

/** An object's fields; none for any other value. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** An array's items; none for any other value. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
