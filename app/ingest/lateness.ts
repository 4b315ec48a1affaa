import { timeInId } from "../vitals/measurement";
import { type Fields, ownProperty } from "./validate";

export type Lateness = "no" | "if-stored" | "too-late";

/**
 * Whether the measurement of an id may be so old that it was already counted and deleted.
 *
 * `age` (ms since the start of the navigation, by the sender's monotonic clock) has precedence over the time in the id,
 * which is of the visitor's clock and may be wrong by years. If only the id is old, the clock was wrong or the device
 * slept: a first report counts, a repeated one only while its measurement is still stored (`if-stored`).
 */
export const lateness = (
  id: string,
  { beacon, fields }: { beacon: Fields; fields: Fields },
  receivedAt: number,
  tooLateBefore: (receivedAt: number) => number,
): Lateness =>
  latenessOf(
    id,
    ownProperty(fields, "age") ?? ownProperty(beacon, "age"),
    ownProperty(fields, "repeat") === true,
    receivedAt,
    tooLateBefore(receivedAt),
  );

/**
 * See `lateness`.
 * @param age untrusted
 * @param oldest times before may be of measurements that were deleted, in ms since the epoch
 */
export function latenessOf(
  id: string,
  age: unknown,
  isRepeated: boolean,
  receivedAt: number,
  oldest: number,
): Lateness {
  const isKnown = typeof age === "number" && age >= 0;
  const createdAt = timeInId(id);
  if (isKnown && receivedAt - age < oldest) return "too-late";
  if (createdAt === null || createdAt >= oldest) return "no";
  if (!isKnown) return "too-late";
  return isRepeated ? "if-stored" : "no";
}
