import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import type { FigureModel } from "../../presenters/page/metric-card";
import type { Rating } from "../../vitals/metrics";

/** The shape of a rating in its colour; its word stands beside it or is given to screen readers alone. */
export function RatingMark({ rating, words }: { rating: Rating; words: string | null }): ReactNode {
  return (
    <>
      <span aria-hidden="true" className="mark" data-rating={rating}>
        {RATING_SHAPES[rating]}
      </span>
      {words !== null && <span className="sr-only">{words} </span>}
    </>
  );
}

/** A number with its unit, smaller and lighter, after a thin space. */
export function Value({ number, unit }: { number: string; unit: string }): ReactNode {
  if (unit === "") return number;
  return (
    <>
      {number}
      <span className="unit">{`\u2009${unit}`}</span>
    </>
  );
}

/** One figure in a table: its rating's shape and its value, or why there is none. */
export function Figure({ figure }: { figure: FigureModel }): ReactNode {
  if (figure.value === null) return <span className="absent">{figure.absent}</span>;
  return (
    <>
      <RatingMark rating={figure.rating} words={figure.ratingWords} />
      <span className="value">
        <Value {...figure.value} />
      </span>
    </>
  );
}
