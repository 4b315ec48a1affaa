import { isDevice } from "../vitals/devices";
import { type Measurement, UNKNOWN_BUILD, UNKNOWN_ROUTE } from "../vitals/measurement";
import { DAY, parseTime } from "../vitals/time";
import { isObject, nonEmpty, ownProperty, validateMeasurement } from "./validate";

/** A line that can't be imported; `message` gives the reason. */
export class LineError extends Error {
  override name = "LineError";
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads one line of the bulk format, with the checks of beacons. `device` defaults to desktop.
 * @returns `null` for a blank line
 * @throws LineError with the reason
 */
export function parseImportLine(bytes: Uint8Array, now: number): Measurement | null {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new LineError("not UTF-8 text");
  }
  if (text.trim() === "") return null;
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    throw new LineError("not JSON");
  }
  if (!isObject(line)) throw new LineError("not a JSON object");
  const device = ownProperty(line, "device") ?? "desktop";
  if (!isDevice(device)) throw new LineError("device must be mobile, tablet, desktop or bot");
  const fields = { ...line, name: ownProperty(line, "metric") };
  const checked = validateMeasurement(
    fields,
    {
      route: nonEmpty(ownProperty(line, "route")) ?? UNKNOWN_ROUTE,
      buildVersion: nonEmpty(ownProperty(line, "buildVersion")) ?? UNKNOWN_BUILD,
      device,
      receivedAt: receivedAtOf(ownProperty(line, "receivedAt"), now),
      library: null,
    },
    () => {},
  );
  if (typeof checked === "string") throw new LineError(checked);
  return checked;
}

function receivedAtOf(value: unknown, now: number): number {
  const time = parseTime(value);
  if (time === null) {
    throw new LineError("receivedAt must be ISO 8601 with its zone, or ms since the epoch");
  }
  if (time < 0 || time > now + DAY) throw new LineError("receivedAt must lie between 1970 and tomorrow");
  return Math.floor(time);
}
