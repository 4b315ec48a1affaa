import { timeInId } from "../vitals/measurement";
import { type Fields, ownProperty } from "./validate";

/**
 * Whether the first report of an id may be so old that it was counted and deleted already.
 *
 * `age` (ms since the navigation began, by the sender's monotonic clock) goes before the time in the id, which is the
 * visitor's clock's and may be wrong by years. Where only the id looks old, the clock was wrong or the device slept: a
 * first report is a measurement all the same, a repeated one is where its measurement is still stored (`perhaps`).
 */
export function lateness(
  id: string,
  { beacon, fields }: { beacon: Fields; fields: Fields },
  receivedAt: number,
  tooLateBefore: (receivedAt: number) => number,
): "no" | "perhaps" | "too-late" {
  const oldest = tooLateBefore(receivedAt);
  const age = ownProperty(fields, "age") ?? ownProperty(beacon, "age");
  const isKnown = typeof age === "number" && age >= 0;
  const madeAt = timeInId(id);
  if (isKnown && receivedAt - age < oldest) return "too-late";
  if (madeAt === null || madeAt >= oldest) return "no";
  if (!isKnown) return "too-late";
  return ownProperty(fields, "repeat") === true ? "perhaps" : "no";
}
