import { type DecodedSketches, decodePacked } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import { createByteCache } from "./byte-cache";

export type SketchDecoder = (group: SummaryGroup) => DecodedSketches;

/** Bytes of a decoded bucket with its count, and of a sketch besides its buckets. */
const BUCKET_BYTES = 6;
const SKETCH_BYTES = 12;

/**
 * A decoder with a cache: decoding is half of a comparison's work, and caching readers return the same groups each time.
 * @param maxBytes size of the least-recently-used cache
 */
export function createSketchDecoder(maxBytes: number): SketchDecoder {
  const cache = createByteCache<SummaryGroup, DecodedSketches>(
    maxBytes,
    ({ buckets, samples }) => buckets.length * BUCKET_BYTES + samples.length * SKETCH_BYTES,
  );
  return (group) => {
    const cached = cache.get(group);
    if (cached !== undefined) return cached;
    const decoded = decodePacked(group.sketches, scaleOf(group.metric));
    cache.set(group, decoded);
    return decoded;
  };
}
