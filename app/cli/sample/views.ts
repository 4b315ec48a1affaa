import type { Attribution, Measurement } from "../../vitals/measurement";
import type { Metric } from "../../vitals/metrics";
import { type Interaction, interact, roundScore, shift } from "./interactions";
import type { Random } from "./random";
import { type LoadTimings, timeLoad, timeRestore, timeSoftNavigation } from "./timings";
import type { PageView } from "./visits";

/** A beacon. A browser sends one each time the page becomes hidden. */
export type SampleBeacon = { receivedAt: number; measurements: Measurement[] };

/** One random stream per subject, restarted for each visit. */
export type ViewStreams = { timings: Random; interactions: Random; ids: Random };

const LIBRARY = "web-vitals/6.2.3";

const ORIGIN = "https://shop.example";

/** The beacons of a page view, in ascending order. */
export function reportView(view: PageView, streams: ViewStreams, noise: number): SampleBeacon[] {
  const { visitor, startedAt } = view;
  const load = timeView(view, streams.timings, noise);
  const beacons: SampleBeacon[] = [];
  const make = measurementsOf(view, streams.ids, load.ttfb.total / 10);
  let interaction: Interaction | null = null;
  let score: number | null = null;
  let elapsed = 0;
  for (const [i, duration] of view.hiddenAfter.entries()) {
    const measurements: Measurement[] = [];
    const receivedAt = Math.ceil(startedAt + elapsed + duration + 200 * streams.ids.uniform());
    const add = (metric: Metric, value: number, attribution: Attribution | null): void => {
      measurements.push(make(metric, value, attribution, receivedAt, i + 1));
    };
    if (i === 0) addLoad(view, load, 10 * duration, add);
    const before: Interaction | null = interaction;
    interaction = worstInteraction(view, streams.interactions, noise, before, elapsed, duration, i === 0);
    if (interaction !== null && interaction !== before) {
      add("INP", interaction.total / 10, attributeInteraction(interaction));
    }
    if (visitor.engine === "chromium") {
      const newScore = nextShift(view, streams.interactions, score);
      if (newScore !== score) {
        const at = elapsed + duration * streams.interactions.uniform();
        add(
          "CLS",
          newScore,
          newScore === 0 ? null : attributeShift(view, newScore, at, streams.interactions.uniform()),
        );
      }
      score = newScore;
    }
    if (measurements.length > 0) beacons.push({ receivedAt, measurements });
    elapsed += duration;
  }
  return beacons;
}

function timeView(view: PageView, random: Random, noise: number): LoadTimings {
  if (view.navigationType === "back-forward-cache") return timeRestore(view, random);
  if (view.navigationType === "soft-navigation") return timeSoftNavigation(view, random, noise);
  return timeLoad(view, random, noise);
}

/** Creates the measurements of one view, with one id per metric. */
function measurementsOf(
  { route, build, visitor, navigationType, startedAt }: PageView,
  random: Random,
  ttfb: number,
) {
  const ids: Partial<Record<Metric, string>> = {};
  // The script starts after the document's first byte, and before the end of the shortest view.
  const time = startedAt + Math.min(Math.round(ttfb + 20), 900);
  return (
    metric: Metric,
    value: number,
    attribution: Attribution | null,
    receivedAt: number,
    sequence: number,
  ): Measurement => {
    ids[metric] ??= `v6-${time}-${thirteenDigits(random)}`;
    return {
      id: ids[metric],
      metric,
      value,
      route: route.route,
      buildVersion: build.version,
      device: visitor.device,
      navigationType,
      receivedAt,
      sequence,
      library: LIBRARY,
      attribution,
    };
  };
}

function thirteenDigits(random: Random): number {
  const uniform = (random.bits() * 0x20_0000 + (random.bits() >>> 11)) / 2 ** 53;
  return 1_000_000_000_000 + Math.floor(uniform * 9_000_000_000_000);
}

type Add = (metric: Metric, value: number, attribution: Attribution | null) => void;

/** Adds the metrics before `hidden` (tenths of a millisecond): browsers report no paint of a hidden tab. */
function addLoad(
  { route, navigationType }: PageView,
  { ttfb, fcp, lcp }: LoadTimings,
  hidden: number,
  add: Add,
): void {
  if (ttfb.total > hidden) return;
  add("TTFB", ttfb.total / 10, {
    waitingDuration: ttfb.waiting / 10,
    cacheDuration: ttfb.cache / 10,
    dnsDuration: ttfb.dns / 10,
    connectionDuration: ttfb.connection / 10,
    requestDuration: ttfb.request / 10,
  });
  if (fcp > hidden) return;
  const restored = navigationType === "back-forward-cache" || navigationType === "soft-navigation";
  add("FCP", fcp / 10, {
    timeToFirstByte: ttfb.total / 10,
    firstByteToFCP: (fcp - ttfb.total) / 10,
    loadState: restored ? "complete" : fcp % 3 === 0 ? "dom-interactive" : "dom-content-loaded",
  });
  if (lcp.total > hidden) return;
  const parts = {
    timeToFirstByte: ttfb.total / 10,
    resourceLoadDelay: lcp.delay / 10,
    resourceLoadDuration: lcp.duration / 10,
    elementRenderDelay: lcp.render / 10,
  };
  // web-vitals reports no element for a restore.
  if (navigationType === "back-forward-cache") add("LCP", lcp.total / 10, parts);
  else if (route.image === null || restored) add("LCP", lcp.total / 10, { target: route.largest, ...parts });
  else add("LCP", lcp.total / 10, { target: route.largest, url: ORIGIN + route.image, ...parts });
}

/** The slowest interaction so far: `before`, or a slower one in the last `duration` ms; `null` without any. */
function worstInteraction(
  view: PageView,
  random: Random,
  noise: number,
  before: Interaction | null,
  elapsed: number,
  duration: number,
  first: boolean,
): Interaction | null {
  if (view.visitor.device === "bot") return null;
  const probability = view.route.interactive * (view.navigationType === "back-forward-cache" ? 0.6 : 0.9);
  if (!random.chance(first ? probability : 0.6 * probability)) return before;
  const latest = interact(view, random, noise, duration);
  if (before !== null && latest.total <= before.total) return before;
  return { ...latest, at: Math.round(elapsed) + latest.at };
}

/** The CLS after another period: it never decreases. */
function nextShift(view: PageView, random: Random, before: number | null): number {
  if (before === null) return shift(view, random);
  return random.chance(0.3) ? roundScore(before + random.logNormal(0.02, 0.8)) : before;
}

const attributeInteraction = (interaction: Interaction): Attribution => ({
  interactionTarget: interaction.target,
  interactionType: interaction.type,
  interactionTime: interaction.at,
  nextPaintTime: (10 * interaction.at + interaction.total) / 10,
  inputDelay: interaction.inputDelay / 10,
  processingDuration: interaction.processing / 10,
  presentationDelay: interaction.presentation / 10,
  loadState: interaction.at < 1_500 ? "dom-content-loaded" : "complete",
});

const attributeShift = ({ route }: PageView, score: number, at: number, share: number): Attribution => ({
  largestShiftTarget: route.shifting,
  largestShiftTime: Math.round(10 * at) / 10,
  largestShiftValue: roundScore(score * (0.4 + 0.6 * share)),
  loadState: at < 1_500 ? "dom-content-loaded" : "complete",
});
