import type { ReactNode } from "react";
import type { AttributionModel, MetricAttributionModel } from "../../presenters/route-page/attribution";
import { FigureCell } from "../format/figure";
import { SmallPrint } from "../format/small-print";
import { ColumnHead, NumberCell, Row, RowHead, TableBox } from "../table";
import { PartsBar } from "./subparts-bar";

/** The elements that are slow, and what slow values are made of. */
export function Attribution({ attribution }: { attribution: AttributionModel }): ReactNode {
  return (
    <>
      <SmallPrint>{attribution.coverage}</SmallPrint>
      {attribution.metrics.map((causes) => (
        <Causes key={causes.metric} causes={causes} />
      ))}
    </>
  );
}

function Causes({ causes }: { causes: MetricAttributionModel }): ReactNode {
  const { metric, name, basis, parts, partsAbsent, elements, notes } = causes;
  const beside = parts !== null && elements.length > 0;
  return (
    <section className="mt-6" aria-labelledby={`slow-${metric}`}>
      <h3 id={`slow-${metric}`} className="font-semibold">
        {`${metric} `}
        <span className="font-normal text-quiet">{name}</span>
      </h3>
      <SmallPrint space="mb-2">{basis}</SmallPrint>
      <div className={beside ? "grid gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]" : undefined}>
        {parts !== null && <PartsBar parts={parts} />}
        <div className="min-w-0">
          {elements.length > 0 && <Elements causes={causes} />}
          {[...(partsAbsent === null ? [] : [partsAbsent]), ...notes].map((note) => (
            <SmallPrint key={note}>{note}</SmallPrint>
          ))}
        </div>
      </div>
    </section>
  );
}

function Elements({ causes: { metric, heading, elements } }: { causes: MetricAttributionModel }): ReactNode {
  return (
    <TableBox
      label={`Table of ${heading}s`}
      head={
        <>
          <ColumnHead>{heading}, most frequent first</ColumnHead>
          <ColumnHead number>n</ColumnHead>
          <ColumnHead number>Share</ColumnHead>
          <ColumnHead number>{metric} p75</ColumnHead>
        </>
      }
    >
      {elements.map(({ element, n, share, figure }) => (
        <Row key={element}>
          <RowHead wide>{element}</RowHead>
          <NumberCell>{n}</NumberCell>
          <NumberCell>{share}</NumberCell>
          <FigureCell figure={figure} />
        </Row>
      ))}
    </TableBox>
  );
}
