import { quantile, type Sketch } from "../../stats/sketch/sketch";
import type { Metric } from "../../vitals/metrics";
import type { LargestSource } from "../../vitals/sources";
import { formatCount, THIN_SPACE, valueText } from "../format/format";

const P75 = 0.75;

/** Fewer samples have no percentile. */
const MIN_SAMPLES = 30;

/** Between what the p75 of a view would lie without a source, in the metric's unit. */
export type P75Bounds = { low: number; high: number };

/**
 * The bounds of the p75 without a share of the samples, whatever their values: the lower one if all of them are above it,
 * the upper one if all are below.
 * @param share 0 to 1, below 1
 * @returns `null` where too few samples would remain
 */
export function p75Without(sketch: Sketch, share: number): P75Bounds | null {
  if (sketch.n * (1 - share) < MIN_SAMPLES) return null;
  const low = quantile(sketch, P75 * (1 - share));
  const high = quantile(sketch, share + P75 * (1 - share));
  return low === null || high === null ? null : { low, high };
}

/** A share (0 to 1) in percent, with a decimal below 10 %, cut. */
export function preciseShare(share: number): string {
  const percent = Math.floor(share * 1_000 + 1e-9) / 10;
  return `${percent < 10 ? percent.toFixed(1) : Math.floor(percent)}${THIN_SPACE}%`;
}

/** `one network address, Chrome desktop, from https://shop.example`. */
export function sourceName({ kind, browser, device, origin }: LargestSource): string {
  const program = browser === undefined ? "several browsers" : (browser ?? "no known browser");
  const client = device === null ? program : `${program} ${device}`;
  return [
    kind === "address" ? "one network address" : "addresses of one network",
    client,
    origin === undefined ? "from several origins" : origin === null ? "without an origin" : `from ${origin}`,
  ].join(", ");
}

/** `3.8 % of LCP (192 of 5,000)`. */
export const shareText = ({ metric, share, count, of }: LargestSource): string =>
  `${preciseShare(share)} of ${metric} (${formatCount(count)} of ${formatCount(of)})`;

/** What a source means for the p75, and whether its share is usual; a sentence each. */
export function consequences(source: LargestSource, sketch: Sketch): string[] {
  const { metric, share, usualShare, isUnusual } = source;
  if (share >= 1) {
    return ["Nothing else sends: a proxy that TRUST_PROXY does not name, or a collector, hides who does."];
  }
  const sentences = boundsText(metric, p75Without(sketch, share), quantile(sketch, P75));
  if (usualShare !== null) sentences.push(`Elsewhere its share is ${preciseShare(usualShare)}.`);
  else if (isUnusual) sentences.push("Too little else is known to tell whether that is usual.");
  return sentences;
}

function boundsText(metric: Metric, bounds: P75Bounds | null, p75: number | null): string[] {
  if (bounds === null || p75 === null) return [];
  const [low, high, now] = [bounds.low, bounds.high, p75].map((value) => valueText(metric, value));
  if (low === high) return [`The p75 would be ${low} without it, too.`];
  return [`Without it, the p75 of ${now} would be between ${low} and ${high}, whatever it sent.`];
}
