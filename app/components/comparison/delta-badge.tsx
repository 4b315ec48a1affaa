import type { ReactNode } from "react";
import type { DeltaBadgeModel } from "../../presenters/comparison/delta-badge";
import { Aloud } from "../format/figure";
import { TONE_TEXT } from "./tone-classes";

/** A change on a card: mark and label. A badge is of the p75, whichever percentile is `chosen`. */
export function CardDelta({
  delta,
  look,
  chosen,
}: {
  delta: DeltaBadgeModel;
  look: string | null;
  chosen: string;
}): ReactNode {
  const { tone, mark, label, details } = delta;
  return (
    <p className={`mb-2 ${TONE_TEXT[tone] || "text-quiet"}`} data-tone={tone} title={details}>
      {chosen !== "p75" && <span className="text-xs text-quiet">p75 </span>}
      <strong>{mark}</strong> {label}
      {look !== null && <span className="text-xs text-quiet">{`, ${look}`}</span>}
    </p>
  );
}

/**
 * A cell with a change: the mark alone. Its figures are its title; `null` leaves the cell empty. The label of the few that are
 * slower or faster is for screen readers, text browsers and copied selections. Of the hundreds of others it is no element, but
 * an attribute that the table's CSS adds for screen readers: the legend explains their marks.
 */
export function DeltaCell({ delta }: { delta: DeltaBadgeModel | null }): ReactNode {
  if (delta === null) return <td />;
  const { tone, mark, label, details } = delta;
  const title = `${label}: ${details}`;
  // Left-aligned: beside its own figure, and not beside the next one.
  if (tone === "neutral") {
    return (
      <td className="text-left text-quiet" title={title} data-tone={tone} data-label={label}>
        {mark}
      </td>
    );
  }
  return (
    <td className={`text-left font-semibold ${TONE_TEXT[tone]}`} title={title} data-tone={tone}>
      {mark}
      <Aloud>{` ${label}`}</Aloud>
    </td>
  );
}

/** A change among other words: the mark alone. Its label is for screen readers, its figures are its title. */
export function CellDelta({ delta: { tone, mark, label, details } }: { delta: DeltaBadgeModel }): ReactNode {
  if (tone === "neutral")
    return (
      <span role="img" className="text-quiet" aria-label={label} title={details} data-tone={tone}>
        {mark}
      </span>
    );
  return (
    <strong className={TONE_TEXT[tone]} title={`${label}: ${details}`} data-tone={tone}>
      {mark}
      <Aloud>{` ${label}`}</Aloud>
    </strong>
  );
}

/** What the marks of a table mean; a page has one. */
export const Legend = ({ details }: { details: string }): ReactNode => (
  <p className="my-1 text-xs text-quiet">
    Change of the p75: <strong className={TONE_TEXT.worse}>+15% ↑</strong> slower,{" "}
    <strong className={TONE_TEXT.better}>-10% ↓</strong> faster, ≈ unchanged, · undecided. {details}
  </p>
);
