import type { DeltaBadgeModel } from "../../presenters/comparison/delta-badge";

type Tone = DeltaBadgeModel["tone"];

/** Utilities that colour words by what a change is; a neutral one is like the words around it. */
export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  worse: "text-poor",
  better: "text-good",
  neutral: "",
};

/** The edge of what is about a change. */
export const TONE_BORDER: Readonly<Record<Tone, string>> = {
  worse: "border-poor-fill",
  better: "border-good-fill",
  neutral: "border-control",
};
