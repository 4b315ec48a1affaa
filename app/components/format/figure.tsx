import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import type { FigureModel } from "../../presenters/page/metric-card";
import type { Rating } from "../../vitals/metrics";
import { RATING_TEXT } from "./rating-classes";

/** Text for screen readers, text browsers and copied selections; its spaces separate it from its neighbours there, too. */
export const Aloud = ({ children }: { children: string }): ReactNode => (
  <span className="sr-only whitespace-pre">{children}</span>
);

/** The shape of a rating in its colour. `label` is for screen readers; `null` where the rating's word stands beside it. */
export function RatingMark({ rating, label }: { rating: Rating; label: string | null }): ReactNode {
  return (
    <>
      <span aria-hidden="true" className={`text-mark ${RATING_TEXT[rating]}`} data-rating={rating}>
        {RATING_SHAPES[rating]}
      </span>
      {label === null ? " " : <Aloud>{` ${label} `}</Aloud>}
    </>
  );
}

/** A number with its unit, smaller and lighter, after a thin space. */
export function Value({ number, unit }: { number: string; unit: string }): ReactNode {
  if (unit === "") return number;
  return (
    <>
      {number}
      <small className="inline-block w-unit text-left">{`\u202f${unit}`}</small>
    </>
  );
}

/** Instead of a figure: why there is none. */
export const Absent = ({ title, children }: { title?: string; children: ReactNode }): ReactNode => (
  <small title={title}>{children}</small>
);

/**
 * One figure in a table: the shape of its rating and its value; a dash, with the reason as its title, where there are too few
 * samples. In a column that `mixed` metrics share, a score leaves the width of a unit free.
 */
export function Figure({ figure, mixed = false }: { figure: FigureModel; mixed?: boolean }): ReactNode {
  if (figure.value === null) return <Absent title={figure.absent}>–</Absent>;
  const { value } = figure;
  const isScore = value.unit === "";
  return (
    <>
      <RatingMark rating={figure.rating} label={figure.ratingLabel} />
      <span className={`inline-block ${isScore && !mixed ? "min-w-score" : "min-w-figure"}`}>
        <Value {...value} />
        {isScore && mixed && <small className="inline-block w-unit" />}
      </span>
    </>
  );
}
