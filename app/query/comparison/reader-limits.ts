import { SECOND } from "../../vitals/time";

/** Sizes of the caches: bytes, and a number of results. */
export const READER_LIMITS = {
  /** Thirty days of a large site under several filters. */
  summaries: 64 * 1024 * 1024,
  /** What views remember of a large site: merged closed periods, sketches of about five views' routes, distributions of twenty, steps of ten trends. */
  view: {
    closed: 16 * 1024 * 1024,
    bases: 20 * 1024 * 1024,
    routes: 4 * 1024 * 1024,
    steps: 24 * 1024 * 1024,
  },
  /** Merged summaries, for comparisons. */
  merged: 32 * 1024 * 1024,
  /** Decoded sketches, for comparisons: a day of two releases of a large site. */
  decoded: 96 * 1024 * 1024,
  /** Results of comparisons; each serves every metric and sort order of a page. */
  results: 4,
} as const;

/**
 * While beacons arrive, each part of a comparison (model, routes, baseline, trend, traffic) is computed again for a
 * hundredth of the time, however many people look: one of 50 ms every 5 s, and one of 100 ms or more every 10 s. Whether
 * anything was written is read twice a second at most. The figures of the view are those of now.
 */
export const REFRESH = { share: 0.01, shortest: SECOND / 2, longest: 10 * SECOND } as const;
