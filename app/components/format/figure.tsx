import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import type { FigureModel } from "../../presenters/page/metric-card";
import type { Rating } from "../../vitals/metrics";
import { RATING_TEXT } from "./rating-classes";

/** The shape of a rating in its colour; its word stands beside it or is given to screen readers alone. */
export function RatingMark({ rating, words }: { rating: Rating; words: string | null }): ReactNode {
  return (
    <>
      <span aria-hidden="true" className={`mr-1 text-mark ${RATING_TEXT[rating]}`} data-rating={rating}>
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
      <small className="inline-block w-unit text-left">{`\u2009${unit}`}</small>
    </>
  );
}

/** In the place of a figure: why there is none. */
export const Absent = ({ title, children }: { title?: string; children: ReactNode }): ReactNode => (
  <small title={title}>{children}</small>
);

/**
 * One figure in a table: its rating's shape and its value, or why there is none. A column that has figures of several
 * metrics is `mixed`: there a score leaves the place of a unit free.
 */
export function Figure({ figure, mixed = false }: { figure: FigureModel; mixed?: boolean }): ReactNode {
  if (figure.value === null) return <Absent>{figure.absent}</Absent>;
  const { value } = figure;
  const isScore = value.unit === "";
  return (
    <>
      <RatingMark rating={figure.rating} words={figure.ratingWords} />
      <span className={`inline-block ${isScore && !mixed ? "min-w-score" : "min-w-figure"}`}>
        <Value {...value} />
        {isScore && mixed && <small className="inline-block w-unit" />}
      </span>
    </>
  );
}

/** How many samples the figure beside it rests on. */
export const Samples = ({ children }: { children: ReactNode }): ReactNode => (
  <small className="inline-block min-w-samples">{children}</small>
);

/** The head of what `Samples` shows, in the smaller text of a table's head. */
export const SamplesHead = (): ReactNode => <span className="inline-block min-w-samples">n</span>;
