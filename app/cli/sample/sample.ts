import type { TimeWindow } from "../../vitals/time";
import { PriorityQueue } from "./priority-queue";
import { Random } from "./random";
import { makeDeploys } from "./releases";
import { makeRoutes } from "./routes";
import { arrivals, makeNoise } from "./traffic";
import { reportView, type SampleBeacon } from "./views";
import { makeVisits } from "./visits";

export type SampleOptions = {
  window: TimeWindow;
  /** Approximate number of measurements, including repeated reports. */
  measurements: number;
  /** A whole number >= 0; equal seeds give equal samples. */
  seed: number;
  /** Number of route templates, `MIN_ROUTES` to `MAX_ROUTES`. */
  routes: number;
};

/** The beacons of a synthetic site, in the order of their reception. */
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

/** Creates a function that returns all beacons of a visit; another `name` gives independent random streams. */
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

/** Visits of the pilot, which estimates the number of measurements per visit. */
const PILOT_VISITS = 4_000;

function measurementsPerVisit(seed: number, { from, to }: TimeWindow, routes: number): number {
  const model = makeModel(seed, { from, to }, routes, " of the pilot");
  let measurements = 0;
  for (let i = 0; i < PILOT_VISITS; i += 1) {
    // Multiples of the golden ratio cover the window evenly.
    const startedAt = Math.floor(from + (to - from) * ((i * 0.618033988749895) % 1));
    for (const beacon of model(i, startedAt)) measurements += beacon.measurements.length;
  }
  return measurements / PILOT_VISITS;
}
