import type { Metric } from "./metrics";

/** The metrics with an attribution, in the order of the pages. */
export const ATTRIBUTED_METRICS = ["LCP", "INP", "CLS"] as const satisfies readonly Metric[];

export type AttributedMetric = (typeof ATTRIBUTED_METRICS)[number];

/** The field of the attribution that names the element, as web-vitals spells it. */
export const ELEMENT_FIELD: Readonly<Record<AttributedMetric, string>> = {
  LCP: "target",
  INP: "interactionTarget",
  CLS: "largestShiftTarget",
};

/**
 * What a value is made of, in the order in which it happens; in ms. CLS is a sum of shifts, not of times. The names are
 * web-vitals' own but for `finalHeadersDelay`: with Early Hints the first byte is that of the `103`, and the wait for
 * the answer's own headers comes after it.
 */
export const SUBPARTS = {
  LCP: [
    "timeToFirstByte",
    "finalHeadersDelay",
    "resourceLoadDelay",
    "resourceLoadDuration",
    "elementRenderDelay",
  ],
  INP: ["inputDelay", "processingDuration", "presentationDelay"],
  CLS: [],
} as const satisfies Readonly<Record<AttributedMetric, readonly string[]>>;

export type Subpart = (typeof SUBPARTS)[AttributedMetric][number];

/** The fields of the attribution that the parts are made of; the last one of LCP is there with Early Hints alone. */
export const SUBPART_FIELDS = {
  LCP: [
    "timeToFirstByte",
    "resourceLoadDelay",
    "resourceLoadDuration",
    "elementRenderDelay",
    "finalResponseHeadersStart",
  ],
  INP: SUBPARTS.INP,
  CLS: SUBPARTS.CLS,
} as const satisfies Readonly<Record<AttributedMetric, readonly string[]>>;

/**
 * The parts of one value, in the order of `SUBPARTS`.
 * @param fields those of `SUBPART_FIELDS`, `null` where one is absent
 * @returns `null` where a part is unknown, and for a metric that has none
 */
export function subpartsOf(metric: AttributedMetric, fields: ReadonlyArray<number | null>): number[] | null {
  if (metric === "CLS") return null;
  const known = fields.slice(0, metric === "LCP" ? 4 : SUBPARTS.INP.length);
  const parts = known.filter((part) => part !== null);
  if (parts.length < (metric === "LCP" ? 4 : SUBPARTS.INP.length)) return null;
  return metric === "LCP" ? withFinalHeaders(parts, fields[4] ?? null) : parts;
}

/**
 * web-vitals counts the wait between the `103` and the final headers as delays: what of it overlaps with them becomes a
 * part of its own. A resource that the Early Hints name loads meanwhile, which stays as it is.
 */
function withFinalHeaders(
  [ttfb = 0, loadDelay = 0, loadDuration = 0, renderDelay = 0]: readonly number[],
  finalHeaders: number | null,
): number[] {
  const overlap = (from: number, length: number): number =>
    Math.max(0, Math.min(length, (finalHeaders ?? 0) - from));
  const [beforeLoad, afterLoad] = [
    overlap(ttfb, loadDelay),
    overlap(ttfb + loadDelay + loadDuration, renderDelay),
  ];
  return [ttfb, beforeLoad + afterLoad, loadDelay - beforeLoad, loadDuration, renderDelay - afterLoad];
}
