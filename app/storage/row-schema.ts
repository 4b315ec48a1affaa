import { z } from "zod";
import { DEVICES } from "../vitals/devices";
import { METRICS } from "../vitals/metrics";
import { DELIVERY_TYPES, NAVIGATION_CLASSES, NAVIGATION_TYPES } from "../vitals/navigation";

/**
 * The columns of one row of a statement. It stands beside the statement and gives its rows their type. Production does
 * not parse rows by it, which would cost more than reading them: `tests/integration/statements.test.ts` runs every
 * statement on a database and parses all rows. So it is a function: building a schema costs as much as a small statement.
 */
export type RowSchema<Row> = () => z.ZodType<Row>;

/** The row of a schema. */
export type RowOf<Schema extends RowSchema<unknown>> = z.infer<ReturnType<Schema>>;

/** A schema that refuses columns it does not list, and so a renamed one. */
export const rowOf =
  <Columns extends z.ZodRawShape>(
    columns: Columns,
  ): RowSchema<z.infer<z.ZodObject<Columns, z.core.$strict>>> =>
  () =>
    z.strictObject(columns);

/**
 * Prisma's adapter for SQLite returns a `bigint` for columns declared BIGINT and for large results of expressions, where
 * better-sqlite3 itself returns a number.
 */
export const integer = z.union([z.int(), z.bigint()]);

export const float = z.number();
export const text = z.string();
export const bytes = z.instanceof(Uint8Array);

/** Packed bytes in hexadecimal digits. */
export const hexadecimal = z.string().regex(/^(?:[0-9A-F]{2})*$/);

/** Packed bytes that an expression returns: an engine selects hexadecimal digits where it can't select bytes. */
export const packed = z.union([bytes, hexadecimal]);

export const unpacked = (value: z.infer<typeof packed>): Uint8Array =>
  typeof value === "string" ? Buffer.from(value, "hex") : value;

export const metric = z.enum(METRICS);
export const device = z.enum(DEVICES);
export const storedNavigation = z.enum([...NAVIGATION_CLASSES, "prefetch"]);
export const navigationType = z.enum(NAVIGATION_TYPES);
export const deliveryType = z.enum(DELIVERY_TYPES);

declare const parsed: unique symbol;

/** JSON text that `parseJson` parses to `Value`. */
export type JsonText<Value> = string & { readonly [parsed]: Value };

/** A column of JSON text whose value has the shape of `schema`. */
export const json = <Value>(schema: z.ZodType<Value>): z.ZodType<JsonText<Value>> =>
  z.custom<JsonText<Value>>(
    (value) => typeof value === "string" && isJsonOf(schema, value),
    "not JSON of its schema",
  );

function isJsonOf(schema: z.ZodType, value: string): boolean {
  try {
    return schema.safeParse(JSON.parse(value)).success;
  } catch {
    return false;
  }
}

export const parseJson = <Value>(column: JsonText<Value>): Value => JSON.parse(column);
