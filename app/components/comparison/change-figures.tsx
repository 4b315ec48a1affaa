import type { ReactNode } from "react";
import type { ChangeFiguresRow } from "../../presenters/comparison/change-figures";
import { ColumnHead, NumberCell, Row, RowHead, TableBox, TextCell } from "../table";
import { DeltaCell } from "./delta-badge";

/** Interval, samples and good share of every metric, on demand. */
export function ChangeFigures({
  rows,
  releases: { current, baseline },
}: {
  rows: readonly ChangeFiguresRow[];
  releases: { current: string; baseline: string };
}): ReactNode {
  const hasConcurrent = rows.some(({ concurrent }) => concurrent !== null);
  return (
    <details className="mb-4 print:hidden">
      <summary className="cursor-pointer leading-6 text-link coarse:leading-11">
        Intervals and samples of all metrics
      </summary>
      <TableBox
        label="Table of the comparison"
        narrow
        head={
          <>
            <ColumnHead>Metric</ColumnHead>
            <ColumnHead number>{baseline} p75</ColumnHead>
            <ColumnHead number>{current} p75</ColumnHead>
            <ColumnHead number>Change</ColumnHead>
            <ColumnHead number>95 % interval</ColumnHead>
            <ColumnHead>Verdict</ColumnHead>
            <ColumnHead number>{baseline} n</ColumnHead>
            <ColumnHead number>{current} n</ColumnHead>
            <ColumnHead number>Good share</ColumnHead>
            {hasConcurrent && (
              <ColumnHead number>
                <abbr
                  className="no-underline"
                  title="Share of the information from hours in which both releases were live"
                >
                  Both live
                </abbr>
              </ColumnHead>
            )}
            <ColumnHead>Note</ColumnHead>
          </>
        }
      >
        {rows.map((row) => (
          <Row key={row.metric}>
            <RowHead title={row.name}>{row.metric}</RowHead>
            <NumberCell>{row.baseline}</NumberCell>
            <NumberCell>{row.current}</NumberCell>
            <NumberCell>{row.change}</NumberCell>
            <NumberCell>{row.interval}</NumberCell>
            <DeltaCell delta={row.badge} />
            <NumberCell>{row.n.baseline}</NumberCell>
            <NumberCell>{row.n.current}</NumberCell>
            <NumberCell>{row.goodShare}</NumberCell>
            {hasConcurrent && <NumberCell>{row.concurrent}</NumberCell>}
            <TextCell>{row.note}</TextCell>
          </Row>
        ))}
      </TableBox>
    </details>
  );
}
