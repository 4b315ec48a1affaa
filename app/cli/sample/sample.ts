import type { TimeWindow } from "../../vitals/time";
import { PriorityQueue } from "./priority-queue";
import { Random } from "./random";
import { makeDeploys } from "./releases";
import { makeRoutes } from "./routes";
import { arrivals, makeNoise } from "./traffic";
import { reportView, type SampleBeacon } from "./views";
import { makeVisits } from "./visits";

export type SampleOptions = {
  /** All measurements are received within it. */
  window: TimeWindow;
  /** Approximate number of measurements, repeated reports included. */
  measurements: number;
  /** A whole number >= 0; the same one gives the same sample. */
  seed: number;
  /** How many route templates there are, `MIN_ROUTES` to `MAX_ROUTES`. */
  routes: number;
};

/** The beacons of a simulated site by time of reception. */
export function* sampleBeacons({
  window,
  measurements,
  seed,
  routes,
}: SampleOptions): Generator<SampleBeacon> {
  const model = makeModel(seed, window, routes, "");
  const visits = measurements / measurementsPerVisit(seed, window, routes);
  const queue = new PriorityQueue<SampleBeacon>();
  let index = 0;
  for (const startedAt of arrivals(new Random(seed, "arrivals"), window.from, window.to, visits)) {
    yield* queue.removeBefore(startedAt);
    for (const beacon of model(index, startedAt)) {
      if (beacon.receivedAt < window.to) queue.add(beacon.receivedAt, beacon);
    }
    index += 1;
  }
  yield* queue.removeBefore(window.to);
}

/** The beacons of one visit; `name` separates the draws of the pilot from those of the sample. */
function makeModel(seed: number, window: TimeWindow, routes: number, name: string) {
  const stream = (subject: string): Random => new Random(seed, subject + name);
  const makeVisit = makeVisits(
    { visitors: stream("visitors"), paths: stream("paths") },
    makeRoutes(seed, routes),
    makeDeploys(seed, window),
  );
  const streams = { timings: stream("timings"), interactions: stream("interactions"), ids: stream("ids") };
  const noiseAt = makeNoise(seed);

  return (index: number, startedAt: number): SampleBeacon[] => {
    streams.timings.at(index);
    streams.interactions.at(index);
    streams.ids.at(index);
    const beacons: SampleBeacon[] = [];
    for (const view of makeVisit(index, startedAt)) {
      beacons.push(...reportView(view, streams, noiseAt(view.startedAt)));
    }
    return beacons;
  };
}

/** Visits that estimate the measurements per visit. */
const PILOT_VISITS = 4_000;

function measurementsPerVisit(seed: number, { from, to }: TimeWindow, routes: number): number {
  const model = makeModel(seed, { from, to }, routes, " of the pilot");
  let measurements = 0;
  for (let i = 0; i < PILOT_VISITS; i += 1) {
    // Steps of the golden ratio cover a window of any length evenly.
    const startedAt = Math.floor(from + (to - from) * ((i * 0.618033988749895) % 1));
    for (const beacon of model(i, startedAt)) measurements += beacon.measurements.length;
  }
  return measurements / PILOT_VISITS;
}
