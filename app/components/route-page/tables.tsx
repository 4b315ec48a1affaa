import { Fragment, type ReactNode } from "react";
import type {
  PercentilesModel,
  SplitModel,
  SplitsModel,
  TrafficModel,
} from "../../presenters/route-page/tables";
import { FigureCell } from "../format/figure";
import { SmallPrint } from "../format/small-print";
import { ColumnHead, NumberCell, Row, RowHead, RowLink, SamplesCell, TableBox, TextCell } from "../table";

/** All percentiles of the five metrics. */
export function PercentilesTable({ percentiles }: { percentiles: PercentilesModel }): ReactNode {
  return (
    <TableBox
      label="Table of percentiles"
      head={
        <>
          <ColumnHead>Metric</ColumnHead>
          {percentiles.columns.map(({ text, chosen }) => (
            <ColumnHead key={text} number>
              {chosen ? <span className="text-text">{text}</span> : text}
            </ColumnHead>
          ))}
          <ColumnHead number>n</ColumnHead>
          <ColumnHead>n from</ColumnHead>
        </>
      }
    >
      {percentiles.rows.map(({ metric, name, href, chosen, n, engines, figures }) => (
        <Row key={metric}>
          <RowHead>
            <RowLink href={href} title={name} current={chosen}>
              {metric}
            </RowLink>
          </RowHead>
          {figures.map((figure, i) => (
            <FigureCell key={percentiles.columns[i]?.text} figure={figure} mixed />
          ))}
          <NumberCell>{n}</NumberCell>
          <TextCell>{engines}</TextCell>
        </Row>
      ))}
    </TableBox>
  );
}

/** The route by device and by navigation class. */
export function Splits({ splits }: { splits: SplitsModel }): ReactNode {
  return (
    <>
      <Split split={splits.devices} />
      <Split split={splits.navigations} />
    </>
  );
}

function Split({ split: { title, metrics, percentile, rows, note } }: { split: SplitModel }): ReactNode {
  return (
    <>
      <TableBox
        label={`Table by ${title.toLowerCase()}`}
        head={
          <>
            <ColumnHead deep>{title}</ColumnHead>
            <ColumnHead number deep>
              Views
            </ColumnHead>
            {metrics.map(({ metric, name }) => (
              <ColumnHead key={metric} span={2} title={name}>
                {metric}
              </ColumnHead>
            ))}
          </>
        }
        subhead={metrics.map(({ metric }) => (
          <Fragment key={metric}>
            <ColumnHead number>{percentile}</ColumnHead>
            <ColumnHead number>n</ColumnHead>
          </Fragment>
        ))}
      >
        {rows.map(({ text, href, current, views, figures }) => (
          <Row key={text}>
            <RowHead>
              <RowLink href={href} current={current}>
                {text}
              </RowLink>
            </RowHead>
            <NumberCell>{views}</NumberCell>
            {figures.map((figure) => (
              <Fragment key={figure.metric}>
                <FigureCell figure={figure} />
                <SamplesCell>{figure.n}</SamplesCell>
              </Fragment>
            ))}
          </Row>
        ))}
      </TableBox>
      {note !== null && <SmallPrint space="mb-2">{note}</SmallPrint>}
    </>
  );
}

/** The route's share of the site's traffic. */
export function Traffic({ traffic: { share, text } }: { traffic: TrafficModel }): ReactNode {
  return (
    <p className="mb-4">
      <svg className="mr-2 inline-block h-2 w-30" aria-hidden="true">
        <rect className="fill-line" width="100%" height="100%" />
        <rect className="fill-text" width={`${share * 100}%`} height="100%" />
      </svg>{" "}
      {text}
    </p>
  );
}
