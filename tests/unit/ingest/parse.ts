import {
  type BeaconContext,
  type BeaconRules,
  type ParsedBeacon,
  parseBeacon,
} from "../../../app/ingest/beacon";
import type { Measurement } from "../../../app/vitals/measurement";
import { DAY } from "../../../app/vitals/time";
import { idAt, NOW } from "../../support/measurements";

export const CONTEXT: BeaconContext = {
  device: "desktop",
  receivedAt: NOW,
  buildVersionParam: null,
  routeParam: null,
  referer: null,
};

export const RULES: BeaconRules = {
  routeRules: [],
  acceptEnvironments: null,
  tooLateBefore: (receivedAt) => receivedAt - 7 * DAY,
};

/** A metric as a script sends it, with what a test wants to be different. */
export const metric = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: idAt(NOW, 1),
  name: "LCP",
  value: 1234.5,
  ...changes,
});

type Circumstances = Partial<BeaconContext & BeaconRules>;

/** Parses a body: text as it stands, anything else as JSON. */
export function parse(body: unknown, circumstances: Circumstances = {}): ParsedBeacon {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return parseBeacon(text, { ...CONTEXT, ...circumstances }, { ...RULES, ...circumstances });
}

/** The one measurement of a body that has one. */
export function parseOne(body: unknown, circumstances: Circumstances = {}): Measurement {
  const { measurements, dropped } = parse(body, circumstances);
  const [only, ...more] = measurements;
  if (only === undefined || more.length > 0 || dropped.length > 0) {
    throw new Error(`not one good measurement: ${JSON.stringify({ measurements, dropped })}`);
  }
  return only;
}
