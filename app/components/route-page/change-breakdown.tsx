import type { ReactNode } from "react";
import type { ChangeBreakdownModel, ElementChangesModel } from "../../presenters/route-page/change-breakdown";
import { CellDelta, Legend } from "../comparison/delta-badge";
import { FigureCell } from "../format/figure";
import { SmallPrint } from "../format/small-print";
import { ColumnHead, NumberCell, Row, RowHead, RowLink, SamplesCell, TableBox } from "../table";

/** The change by device, and the elements that changed most. */
export function ChangeBreakdown({ breakdown }: { breakdown: ChangeBreakdownModel }): ReactNode {
  const { summary, metrics, devices, elements, releases } = breakdown;
  return (
    <>
      <div className="mb-2 wrap-anywhere">
        {summary.map((sentence) => (
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
      {devices.length > 0 && <Legend details="Choose a device for its intervals and samples." />}
      {elements.map((one) => (
        <ElementChangesTable key={one.metric} changes={one} releases={releases} />
      ))}
    </>
  );
}

function ElementChangesTable({
  changes: { metric, heading, basis, rows },
  releases: { current, baseline },
}: {
  changes: ElementChangesModel;
  releases: ChangeBreakdownModel["releases"];
}): ReactNode {
  return (
    <>
      <SmallPrint space="mb-1 mt-4">{basis}</SmallPrint>
      <TableBox
        label={`Table of changed ${heading}s`}
        head={
          <>
            <ColumnHead>{heading}, largest change first</ColumnHead>
            {[baseline, current].map((release) => (
              <ColumnHead key={release} number>
                {release} share
              </ColumnHead>
            ))}
            {[baseline, current].map((release) => (
              <ColumnHead key={release} number>
                {release} p75
              </ColumnHead>
            ))}
            {[baseline, current].map((release) => (
              <ColumnHead key={release} number>
                {release} n
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
              <FigureCell key={i === 0 ? baseline : current} figure={side.figure} />
            ))}
            <SamplesCell>{row.baseline.n}</SamplesCell>
            <SamplesCell>{row.current.n}</SamplesCell>
            <NumberCell>{row.explains}</NumberCell>
          </Row>
        ))}
      </TableBox>
    </>
  );
}
