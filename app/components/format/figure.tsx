import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import type { FigureModel } from "../../presenters/page/metric-card";
import type { Rating } from "../../vitals/metrics";
import { RATING_FIRST, RATING_TEXT } from "./rating-classes";

/** Text for screen readers, text browsers and copied selections; its spaces separate it from its neighbours there, too. */
export const Aloud = ({ children }: { children: string }): ReactNode => (
  <span className="sr-only whitespace-pre">{children}</span>
);

/** The shape of a rating in its colour, beside the rating's word. */
export function RatingMark({ rating }: { rating: Rating }): ReactNode {
  return (
    <span aria-hidden="true" className={`text-mark ${RATING_TEXT[rating]}`} data-rating={rating}>
      {RATING_SHAPES[rating]}
    </span>
  );
}

/** Instead of a figure: why there is none. */
export const Absent = ({ title, children }: { title?: string; children: ReactNode }): ReactNode => (
  <small className="whitespace-normal" title={title}>
    {children}
  </small>
);

/** A unit, and samples, after a narrow no-break space: it separates the value from them in text browsers and copied selections, too. */
const afterValue = (unit: string, samples: string | null): string => {
  const words = [unit, samples ?? ""].filter((word) => word !== "");
  return words.length === 0 ? "" : `\u202f${words.join(" ")}`;
};

const cellOf = (rating: Rating): string => `figure-cell ${RATING_FIRST[rating]}`;

/**
 * A cell with a figure: the shape of its rating, its value, its unit and the `samples` behind it; a dash, with the reason as
 * its title, where there are too few samples. In a column that `mixed` metrics share, a score leaves the width of a unit free.
 *
 * A page has hundreds of them, and each element costs time before the first paint. So the shape is styled as the first letter of
 * the cell, and `styles/figures.css` adds the rating's word for screen readers.
 */
export function FigureCell({
  figure,
  mixed = false,
  samples = null,
}: {
  figure: FigureModel;
  mixed?: boolean;
  /** With thousands separators; the table has the class `samples-N` of their length. `null` leaves them out. */
  samples?: string | null;
}): ReactNode {
  if (figure.value === null) {
    return (
      <td className={samples === null ? "text-quiet" : "figure-absent text-quiet"} title={figure.absent}>
        –{samples !== null && <small>{afterValue("", samples)}</small>}
      </td>
    );
  }
  const { number, unit } = figure.value;
  const isScore = unit === "" && !mixed;
  const look = `${cellOf(figure.rating)}${isScore ? " figure-score" : ""}${samples === null ? "" : " figure-samples"}`;
  return (
    <td className={look} data-rating={figure.rating}>
      {`${RATING_SHAPES[figure.rating]} ${number}`}
      {!(isScore && samples === null) && <small>{afterValue(unit, samples)}</small>}
    </td>
  );
}
