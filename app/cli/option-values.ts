import { parseInstant } from "../vitals/time";
import { type CommandArguments, UsageError } from "./command";

type Values = CommandArguments["values"];

/** @throws UsageError unless the option is absent or a number from `min` to `max` */
export function numberOption(
  values: Values,
  name: string,
  { min, max, whole }: { min: number; max: number; whole: boolean },
): number | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max) || (whole && !Number.isSafeInteger(number))) {
    const kind = whole ? "a whole number" : "a number";
    throw new UsageError(`--${name} must be ${kind} from ${min} to ${max}, not "${text}".`);
  }
  return number;
}

/**
 * An instant in ISO 8601, in ms since the epoch. A date alone is its midnight in UTC.
 * @throws UsageError unless the option is absent or such an instant
 */
export function instantOption(values: Values, name: string): number | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  const time = parseInstant(text);
  if (time === null) {
    throw new UsageError(`--${name} must be an instant such as 2026-11-22T10:00:00Z, not "${text}".`);
  }
  return time;
}
