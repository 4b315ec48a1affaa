import { Fragment, type ReactNode } from "react";
import type { ShareBarModel } from "../../presenters/page/metric-card";
import { RatingMark } from "./figure";
import { RATING_FILL } from "./rating-classes";

/** The shares of good, needs improvement and poor: a bar, and numbers under it. */
export function ShareBar({ shares }: { shares: ShareBarModel }): ReactNode {
  return (
    <>
      <svg className="chart-fill h-2 w-full rounded-sm" role="img" aria-label={shares.text}>
        {shares.parts.map(({ rating, x, width }) => (
          <rect
            key={rating}
            className={RATING_FILL[rating]}
            data-rating={rating}
            x={`${x}%`}
            width={`${width}%`}
            height="8"
          />
        ))}
      </svg>
      <p className="text-xs leading-5 [word-spacing:2px]" aria-hidden="true">
        {shares.shares.map(({ rating, text }) => (
          <Fragment key={rating}>
            <RatingMark rating={rating} />
            {`\u00a0${text} `}
          </Fragment>
        ))}
      </p>
    </>
  );
}
