import type { TimeWindow } from "../../vitals/time";
import { PriorityQueue } from "./priority-queue";
import { Random } from "./random";
import { LAST_RELEASE_AGE, makeDeploys } from "./releases";
import { makeRoutes } from "./routes";
import { arrivals, makeNoise, type SampleNoise, USUAL_NOISE } from "./traffic";
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
  /** How far hours and days differ; `USUAL_NOISE` by default. */
  noise?: SampleNoise;
  /** Age of the last release, in gaps between releases; `LAST_RELEASE_AGE` by default. */
  lastAge?: number;
};

/** The beacons of a synthetic site, in the order of their reception. */
export function* sampleBeacons(options: SampleOptions): Generator<SampleBeacon> {
  const { window, measurements, seed } = options;
  const model = makeModel(options, "");
  const visits = measurements / measurementsPerVisit(options);
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
function makeModel(options: SampleOptions, name: string) {
  const { window, seed, routes, noise = USUAL_NOISE, lastAge = LAST_RELEASE_AGE } = options;
  const stream = (subject: string): Random => new Random(seed, subject + name);
  const makeVisit = makeVisits(
    { visitors: stream("visitors"), paths: stream("paths") },
    makeRoutes(seed, routes),
    makeDeploys(seed, window, lastAge),
  );
  const streams = { timings: stream("timings"), interactions: stream("interactions"), ids: stream("ids") };
  const noiseAt = makeNoise(seed, noise);

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

function measurementsPerVisit(options: SampleOptions): number {
  const { from, to } = options.window;
  const model = makeModel(options, " of the pilot");
  let measurements = 0;
  for (let i = 0; i < PILOT_VISITS; i += 1) {
    // Multiples of the golden ratio cover the window evenly.
    const startedAt = Math.floor(from + (to - from) * ((i * 0.618033988749895) % 1));
    for (const beacon of model(i, startedAt)) measurements += beacon.measurements.length;
  }
  return measurements / PILOT_VISITS;
}
