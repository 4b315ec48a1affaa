import { createHash } from "node:crypto";
import type { Measurement } from "../vitals/measurement";
import type { Engine } from "./engine";

/** Characters of the digest at the end of a shortened name. */
const DIGEST_LENGTH = 16;

type Bound = Pick<Engine, "maxNameBytes">;

/**
 * A route or build version as the engine can index it. A longer one is shortened to its beginning and a digest of the
 * whole, so that different names stay different.
 */
export function storableName({ maxNameBytes }: Bound, name: string): string {
  // A UTF-16 code unit has three bytes at most.
  if (maxNameBytes === null || name.length * 3 <= maxNameBytes) return name;
  if (Buffer.byteLength(name) <= maxNameBytes) return name;
  const end = `…${createHash("sha256").update(name).digest("base64url").slice(0, DIGEST_LENGTH)}`;
  // It never cuts a character in two.
  const { read } = new TextEncoder().encodeInto(name, new Uint8Array(maxNameBytes - Buffer.byteLength(end)));
  return name.slice(0, read) + end;
}

/** A measurement with a route and a build version that the engine can index. */
export function withStorableNames(engine: Bound, measurement: Measurement): Measurement {
  const route = storableName(engine, measurement.route);
  const buildVersion = storableName(engine, measurement.buildVersion);
  return route === measurement.route && buildVersion === measurement.buildVersion
    ? measurement
    : { ...measurement, route, buildVersion };
}
