import type { ReactNode } from "react";
import type { SpanLinks } from "../../presenters/trend/compared-marks";
import type { ComparedChartModel } from "../../presenters/trend/trend-chart";
import { TextLink } from "../format/text-link";

/** Both intervals, and on the axis the times in which both releases were live. */
export function ComparedMarks({
  compared: { bands, shared },
  bottom,
}: {
  compared: ComparedChartModel;
  bottom: number;
}): ReactNode {
  return (
    <>
      {bands.map(({ side, x, width, y, height }) => (
        <rect
          key={`${side} ${x}`}
          className={`chart-fill ${side === "current" ? "fill-text opacity-20" : "fill-quiet opacity-20"}`}
          data-interval={side}
          x={`${x}%`}
          width={`${width}%`}
          y={y}
          height={height}
        />
      ))}
      {shared.map(({ x, width }) => (
        <rect
          key={x}
          className="chart-fill fill-quiet"
          data-shared=""
          x={`${x}%`}
          width={`${width}%`}
          y={bottom - 2}
          height="4"
        />
      ))}
    </>
  );
}

/** The times of the chart of a comparison: the current ones, and a link to the others. */
export const SpanNav = ({ spans }: { spans: SpanLinks }): ReactNode => (
  <nav aria-label="Times of the chart" className="print:hidden">
    <ul className="flex flex-wrap gap-x-4">
      {spans.map(({ text, title, href, current }) => (
        <li key={text} title={title === "" ? undefined : title}>
          {current ? (
            <strong aria-current="true" className="inline-flex min-h-6 items-center coarse:min-h-11">
              {text}
            </strong>
          ) : (
            <TextLink href={href} within="row">
              {text}
            </TextLink>
          )}
        </li>
      ))}
    </ul>
  </nav>
);
