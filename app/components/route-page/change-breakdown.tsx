import type { ReactNode } from "react";
import type { ChangeBreakdownModel, ElementChangesModel } from "../../presenters/route-page/change-breakdown";
import { CellDelta } from "../comparison/delta-badge";
import { Figure, Samples, SamplesHead } from "../format/figure";
import { SmallPrint } from "../format/small-print";
import { ColumnHead, NumberCell, Row, RowHead, RowLink, TableBox } from "../table";

/** Which device moved between two releases, and which elements. */
export function ChangeBreakdown({ breakdown }: { breakdown: ChangeBreakdownModel }): ReactNode {
  const { words, metrics, devices, elements, releases } = breakdown;
  return (
    <>
      <div className="mb-2 wrap-anywhere">
        {words.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {devices.length > 0 && (
        <TableBox
          label="Table of changes by device"
          head={
            <>
              <ColumnHead>Device</ColumnHead>
              {metrics.map(({ metric, name }) => (
                <ColumnHead key={metric} number title={`${name}, change of its p75`}>
                  {metric}
                </ColumnHead>
              ))}
            </>
          }
        >
          {devices.map(({ text, href, deltas }) => (
            <Row key={text}>
              <RowHead>
                <RowLink href={href}>{text}</RowLink>
              </RowHead>
              {deltas.map((delta) => (
                <NumberCell key={delta.metric}>
                  <CellDelta delta={delta} />
                </NumberCell>
              ))}
            </Row>
          ))}
        </TableBox>
      )}
      {elements.map((one) => (
        <ElementChangesTable key={one.metric} moves={one} releases={releases} />
      ))}
    </>
  );
}

function ElementChangesTable({
  moves: { metric, heading, basis, rows },
  releases: { current, baseline },
}: {
  moves: ElementChangesModel;
  releases: ChangeBreakdownModel["releases"];
}): ReactNode {
  return (
    <>
      <SmallPrint space="mb-1 mt-4">{basis}</SmallPrint>
      <TableBox
        label={`Table of ${heading}s that moved`}
        head={
          <>
            <ColumnHead>{heading}, what moved most first</ColumnHead>
            {[baseline, current].map((release) => (
              <ColumnHead key={release} number>
                {release} share
              </ColumnHead>
            ))}
            {[baseline, current].map((release) => (
              <ColumnHead key={release} number>
                {release} p75 <SamplesHead />
              </ColumnHead>
            ))}
            <ColumnHead number title={`About how much of the change of ${metric} it explains`}>
              Explains
            </ColumnHead>
          </>
        }
      >
        {rows.map((row) => (
          <Row key={row.element}>
            <RowHead wide>{row.element}</RowHead>
            <NumberCell>{row.baseline.share}</NumberCell>
            <NumberCell>{row.current.share}</NumberCell>
            {[row.baseline, row.current].map((side, i) => (
              <NumberCell key={i === 0 ? baseline : current}>
                <Figure figure={side.figure} />
                {side.figure.value !== null && <Samples>{side.n}</Samples>}
              </NumberCell>
            ))}
            <NumberCell>{row.explains}</NumberCell>
          </Row>
        ))}
      </TableBox>
    </>
  );
}
