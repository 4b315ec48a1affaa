import { type BeaconContext, type BeaconRules, parseAnyBeacon, parseBeacon } from "../../app/ingest/beacon";
import { monotonic } from "../../app/platform/clock.server";
import { DAY } from "../../app/vitals/time";
import { bodyOf, PER_BEACON } from "./beacons";
import type { Bench } from "./bench";
import { toFigure } from "./figures";
import { alternate } from "./rounds";

const ROUNDS = 15;
const BEACONS = 10_000;
const AT = Date.UTC(2026, 10, 22, 10);

const CONTEXT: BeaconContext = {
  device: "mobile",
  receivedAt: AT,
  buildVersionParam: null,
  routeParam: null,
  referer: null,
};

const RULES: BeaconRules = {
  routeRules: [],
  acceptEnvironments: null,
  tooLateBefore: (receivedAt) => receivedAt - 7 * DAY,
};

export const parseBench: Bench = async () => {
  const bodies = Array.from({ length: BEACONS }, (_, view) => bodyOf(view, AT));
  const microseconds = async (parse: (text: string) => unknown): Promise<number> => {
    const start = monotonic();
    for (const body of bodies) parse(body);
    return (1000 * (monotonic() - start)) / BEACONS;
  };
  const rounds = await alternate(ROUNDS, {
    own: () => microseconds((text) => parseBeacon(text, CONTEXT, RULES)),
    general: () => microseconds((text) => parseAnyBeacon(JSON.parse(text), CONTEXT, RULES)),
    json: () => microseconds((text) => JSON.parse(text)),
  });
  const sample = `${ROUNDS} rounds of ${BEACONS} beacons of ${PER_BEACON} measurements`;
  return [
    toFigure({
      bench: "parse",
      name: "beacon of the browser script",
      unit: "µs",
      rounds: rounds.own,
      baseline: { name: "general parser", rounds: rounds.general },
      target: { of: "ratio", atMost: 0.6 },
      sample,
    }),
    toFigure({
      bench: "parse",
      name: "beacon of the browser script",
      unit: "µs",
      rounds: rounds.own,
      baseline: { name: "JSON.parse alone", rounds: rounds.json },
      sample,
    }),
  ];
};
