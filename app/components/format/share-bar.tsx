import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import type { ShareBarModel } from "../../presenters/page/metric-card";

/** The shares of good, needs improvement and poor as a bar, and under it as numbers. */
export function ShareBar({ shares }: { shares: ShareBarModel }): ReactNode {
  return (
    <>
      <svg className="share-bar" role="img" aria-label={shares.text}>
        {shares.parts.map(({ rating, x, width }) => (
          <rect key={rating} data-rating={rating} x={`${x}%`} width={`${width}%`} height="8" />
        ))}
      </svg>
      <span className="share-numbers" aria-hidden="true">
        {shares.shares.map(({ rating, text }) => (
          <span key={rating}>
            <span className="mark" data-rating={rating}>
              {RATING_SHAPES[rating]}
            </span>{" "}
            {text}
          </span>
        ))}
      </span>
    </>
  );
}
