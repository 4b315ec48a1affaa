import type { MetricSketches } from "../../query/view/view-result";
import { quantile, type Sketch } from "../../stats/sketch/sketch";
import type { LargestSource } from "../../vitals/sources";
import { listed } from "../comparison/sentence";
import { formatCount, NARROW_SPACE, valueText } from "../format/format";

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
  return `${percent < 10 ? percent.toFixed(1) : Math.floor(percent)}${NARROW_SPACE}%`;
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

/** What one source sent of several metrics: `3.8 % of INP and LCP (192 of 5,000)`. */
function sharesText(group: readonly LargestSource[]): string {
  const [first] = group;
  const isSame = group.every(({ count, of }) => count === first?.count && of === first.of);
  if (first === undefined || !isSame) return listed(group.map(shareText));
  const metrics = listed(group.map(({ metric }) => metric));
  return `${preciseShare(first.share)} of ${metrics} (${formatCount(first.count)} of ${formatCount(first.of)})`;
}

/** The sources of several metrics, each once, with what they mean for the p75. */
export function sourceLines(largest: readonly LargestSource[], total: MetricSketches | null): string[] {
  const groups = new Map<string, LargestSource[]>();
  for (const one of largest) {
    const key = `${one.kind} ${one.key} ${one.isUnusual}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) return "";
    const head = `${sharesText(group)}: ${sourceName(first)}.`;
    return [head, ...(total === null ? [] : consequences(group, first, total))].join(" ");
  });
}

/** What a source means for the p75, and whether its share is usual; a sentence each. */
function consequences(
  group: readonly LargestSource[],
  { share, usualShare, isUnusual }: LargestSource,
  total: MetricSketches,
): string[] {
  if (share >= 1) {
    return ["Nothing else sends: a proxy that TRUST_PROXY does not name, or a collector, hides who does."];
  }
  const bounds = group.flatMap((source) => boundsText(source, total[source.metric]));
  const sentences =
    bounds.length === 0
      ? ["Too little is left without it for a p75."]
      : [`Without it, whatever it sent, the p75 would be ${listed(bounds)}.`];
  if (usualShare !== null) sentences.push(`Its share elsewhere is ${preciseShare(usualShare)}.`);
  else if (isUnusual) sentences.push("Too little else is known to tell whether that is usual.");
  return sentences;
}

/** `2.30 s to 2.39 s instead of 2.37 s (LCP)`. */
function boundsText({ metric, share }: LargestSource, sketch: Sketch): string[] {
  const bounds = p75Without(sketch, share);
  const p75 = quantile(sketch, P75);
  if (bounds === null || p75 === null) return [];
  const [low, high, now] = [bounds.low, bounds.high, p75].map((value) => valueText(metric, value));
  return [`${low} to ${high} instead of ${now} (${metric})`];
}
