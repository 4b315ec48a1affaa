import { type DecodedSketches, decodePacked } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import type { SummaryGroup } from "../../storage/summary-periods.server";
import { createByteCache } from "./byte-cache";

/** Decodes the sketches of a group. */
export type SketchDecoder = (group: SummaryGroup) => DecodedSketches;

/** Bytes of a bucket and its count, and of a sketch besides its buckets. */
const BUCKET = 6;
const SKETCH = 12;

/**
 * A decoder that remembers: decoding is half of a comparison's work, and readers that remember hand out the same groups again
 * and again.
 * @param maxBytes what it may remember, the least recently used going first
 */
export function createSketchDecoder(maxBytes: number): SketchDecoder {
  const memory = createByteCache<SummaryGroup, DecodedSketches>(
    maxBytes,
    ({ buckets, samples }) => buckets.length * BUCKET + samples.length * SKETCH,
  );
  return (group) => {
    const known = memory.get(group);
    if (known !== undefined) return known;
    const decoded = decodePacked(group.sketches, scaleOf(group.metric));
    memory.set(group, decoded);
    return decoded;
  };
}
