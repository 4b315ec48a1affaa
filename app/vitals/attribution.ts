import type { Metric } from "./metrics";

/** The metrics whose attribution names what caused a value, in the order in which they are shown. */
export const ATTRIBUTED_METRICS = ["LCP", "INP", "CLS"] as const satisfies readonly Metric[];

export type AttributedMetric = (typeof ATTRIBUTED_METRICS)[number];

/** The field of the attribution that names the element, as web-vitals spells it. */
export const ELEMENT_FIELD: Readonly<Record<AttributedMetric, string>> = {
  LCP: "target",
  INP: "interactionTarget",
  CLS: "largestShiftTarget",
};

/** What a value is made of, in the order in which it happens; in ms. CLS is a sum of shifts, not of times. */
export const SUBPARTS = {
  LCP: ["timeToFirstByte", "resourceLoadDelay", "resourceLoadDuration", "elementRenderDelay"],
  INP: ["inputDelay", "processingDuration", "presentationDelay"],
  CLS: [],
} as const satisfies Readonly<Record<AttributedMetric, readonly string[]>>;

export type Subpart = (typeof SUBPARTS)[AttributedMetric][number];
