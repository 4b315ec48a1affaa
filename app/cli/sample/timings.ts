import type { Device } from "../../vitals/devices";
import type { Random } from "./random";
import { LCP_IMPROVEMENT, LCP_REGRESSION } from "./releases";
import { IMPROVED_ROUTE, REGRESSED_ROUTE } from "./routes";
import type { PageView } from "./visits";

/**
 * The times of a page load, as whole **tenths of a millisecond**: about the resolution of a browser's clock, and subparts
 * add up exactly.
 */
export type LoadTimings = {
  ttfb: { waiting: number; cache: number; dns: number; connection: number; request: number; total: number };
  fcp: number;
  /** `delay` and `duration` of the largest image, 0 for text. `ttfb + delay + duration + render = total`. */
  lcp: { delay: number; duration: number; render: number; total: number };
};

type Medians = { ttfb: number; firstPaint: number; largestPaint: number };

/** In ms: to the first byte, from there to the first paint, from there to the largest paint. */
const MEDIANS: Readonly<Record<Device, Medians>> = {
  mobile: { ttfb: 330, firstPaint: 840, largestPaint: 620 },
  tablet: { ttfb: 240, firstPaint: 620, largestPaint: 470 },
  desktop: { ttfb: 170, firstPaint: 420, largestPaint: 340 },
  bot: { ttfb: 80, firstPaint: 300, largestPaint: 180 },
};

const tenths = (ms: number): number => Math.max(1, Math.round(10 * ms));

/** Multiplies a whole number by `share` (0 to 1), rounded. */
const part = (whole: number, share: number): number => Math.round(whole * share);

/** Times of a hard navigation, since its start (of a prerendered page: since its activation). */
export function timeLoad(view: PageView, random: Random, noise: number): LoadTimings {
  const { visitor, route, navigationType } = view;
  const medians = MEDIANS[visitor.device];
  const first = tenths(random.logNormal(medians.ttfb * route.server * visitor.network * noise, 0.45));
  const paint = tenths(
    random.logNormal(medians.firstPaint * route.weight * visitor.cpu * visitor.network ** 0.4 * noise, 0.32),
  );
  const largest = random.chance(route.image === null ? 0.35 : 0.1)
    ? 0
    : tenths(random.logNormal(medians.largestPaint * route.weight * visitor.network ** 0.7 * noise, 0.7));
  const split = { early: random.uniform(), network: random.uniform(), paint: random.uniform() };

  if (navigationType === "prerender") {
    // Most of the work precedes the activation.
    const late = Math.max(0, first + paint + largest - tenths(1_500));
    const fcp = tenths(10 + 25 * split.paint);
    return {
      ttfb: { waiting: 0, cache: 0, dns: 0, connection: 0, request: 0, total: 0 },
      fcp,
      lcp: paintedAs(view, 0, fcp, late, split),
    };
  }
  return {
    ttfb: firstByte(view, first, split),
    fcp: first + paint,
    lcp: paintedAs(view, first, paint, largest, split),
  };
}

type Split = { early: number; network: number; paint: number };

function firstByte(view: PageView, total: number, split: Split): LoadTimings["ttfb"] {
  // Only the first page of a visit needs DNS and a connection.
  const connection = view.first ? part(total, 0.15 + 0.15 * split.network) : 0;
  const dns = view.first ? part(total, 0.02 + 0.1 * split.early) : 0;
  const cache = part(total, 0.02 * split.paint);
  const waiting = part(total, 0.01 + 0.03 * split.early);
  return { waiting, cache, dns, connection, request: total - waiting - cache - dns - connection, total };
}

/**
 * LCP and its subparts, including the effect of the view's release. All times in tenths of a millisecond.
 * @param first time to the first byte
 * @param paint time from there to the first paint
 * @param later time from there to the largest paint
 */
function paintedAs(
  { route, build }: PageView,
  first: number,
  paint: number,
  later: number,
  split: Split,
): LoadTimings["lcp"] {
  const rest = paint + later;
  let render = route.image === null ? rest : part(rest, 0.1 + 0.15 * split.paint);
  let delay = part(rest - render, 0.3 + 0.4 * split.early);
  let duration = rest - render - delay;
  if (build.regressed && route.route === REGRESSED_ROUTE) render += part(first + rest, LCP_REGRESSION);
  if (build.improved && route.route === IMPROVED_ROUTE) {
    const improvement = Math.min(part(first + rest, LCP_IMPROVEMENT), later);
    const fromDelay = Math.min(improvement, delay);
    const fromDuration = Math.min(improvement - fromDelay, duration);
    delay -= fromDelay;
    duration -= fromDuration;
  }
  return { delay, duration, render, total: first + delay + duration + render };
}

/** Times of a restore from the back/forward cache: it paints the next frame and loads nothing. */
export function timeRestore({ visitor }: PageView, random: Random): LoadTimings {
  const frame = tenths(random.logNormal(visitor.device === "desktop" ? 24 : 38, 0.45) * visitor.cpu);
  return paintOnly(frame, frame);
}

/** Times of a soft navigation: it requests no document, but perhaps data. */
export function timeSoftNavigation(view: PageView, random: Random, noise: number): LoadTimings {
  const { visitor, route, build } = view;
  const desktop = visitor.device === "desktop";
  const fcp = tenths(random.logNormal((desktop ? 65 : 110) * visitor.cpu * noise, 0.5));
  const data = random.chance(0.25)
    ? 0
    : tenths(random.logNormal((desktop ? 170 : 330) * route.server * visitor.network * noise, 0.7));
  const regression =
    build.regressed && route.route === REGRESSED_ROUTE ? part(fcp + data, LCP_REGRESSION) : 0;
  return paintOnly(fcp, fcp + data + regression);
}

function paintOnly(fcp: number, lcp: number): LoadTimings {
  return {
    ttfb: { waiting: 0, cache: 0, dns: 0, connection: 0, request: 0, total: 0 },
    fcp,
    lcp: { delay: 0, duration: 0, render: lcp, total: lcp },
  };
}
