import { type DecodedSketches, decodePacked } from "../../stats/sketch/decoded-sketches";
import { scaleOf } from "../../stats/sketch/scale";
import type { SummaryGroup } from "../../storage/summary-units.server";

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
  const memory = new Map<SummaryGroup, DecodedSketches>();
  let bytes = 0;
  const sizeOf = ({ buckets, samples }: DecodedSketches): number =>
    buckets.length * BUCKET + samples.length * SKETCH;
  return (group) => {
    const known = memory.get(group);
    const decoded = known ?? decodePacked(group.sketches, scaleOf(group.metric));
    if (known === undefined) bytes += sizeOf(decoded);
    else memory.delete(group);
    memory.set(group, decoded);
    for (const [oldest, old] of memory) {
      if (bytes <= maxBytes || oldest === group) break;
      memory.delete(oldest);
      bytes -= sizeOf(old);
    }
    return decoded;
  };
}
