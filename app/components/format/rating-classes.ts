import type { Rating } from "../../vitals/metrics";

/** Utilities that colour words by a rating. */
export const RATING_TEXT: Readonly<Record<Rating, string>> = {
  good: "text-good",
  "needs-improvement": "text-needs-improvement",
  poor: "text-poor",
};

/** Colours the first letter. */
export const RATING_FIRST: Readonly<Record<Rating, string>> = {
  good: "first-letter:text-good",
  "needs-improvement": "first-letter:text-needs-improvement",
  poor: "first-letter:text-poor",
};

/** Shapes and bars. */
export const RATING_FILL: Readonly<Record<Rating, string>> = {
  good: "fill-good-fill",
  "needs-improvement": "fill-needs-improvement-fill",
  poor: "fill-poor-fill",
};

/** The bands behind a chart. */
export const RATING_BAND: Readonly<Record<Rating, string>> = {
  good: "fill-good-band",
  "needs-improvement": "fill-needs-improvement-band",
  poor: "fill-poor-band",
};
