import type { ReactNode } from "react";
import type { ProfileRowModel } from "../../presenters/profiling-page/profile-list";
import { LIST_NOTE } from "../../presenters/profiling-page/start-form";
import { Absent } from "../format/figure";
import { SmallPrint } from "../format/small-print";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Ago } from "../page/page-header";
import { ColumnHead, NumberCell, Row, RowHead, RowLink, TableBox, TextCell } from "../table";

/** The last profiles, with what each is and how to open it. */
export function ProfileList({ rows }: { rows: readonly ProfileRowModel[] }): ReactNode {
  if (rows.length === 0) return <Note>No profile was recorded yet.</Note>;
  const isComparing = rows.some(({ compareHref }) => compareHref !== null);
  return (
    <>
      <TableBox
        label="Table of profiles"
        head={
          <>
            <ColumnHead>Started</ColumnHead>
            <ColumnHead>Kind</ColumnHead>
            <ColumnHead>State</ColumnHead>
            <ColumnHead>Release</ColumnHead>
            <ColumnHead number>Duration</ColumnHead>
            <ColumnHead number>Interval</ColumnHead>
            <ColumnHead number>Size</ColumnHead>
            <ColumnHead number title="How long the profiler stopped the event loop">
              Stopped
            </ColumnHead>
            <ColumnHead>Node</ColumnHead>
            <ColumnHead>File</ColumnHead>
            {isComparing && <ColumnHead>Open one against</ColumnHead>}
          </>
        }
      >
        {rows.map((row) => (
          <Row key={row.id} quiet={row.state !== "complete"}>
            <RowHead>
              {row.openHref === null ? (
                <Ago instant={row.started} />
              ) : (
                <RowLink href={row.openHref} current={row.current}>
                  <Ago instant={row.started} />
                </RowLink>
              )}
            </RowHead>
            <TextCell>{row.kind}</TextCell>
            <TextCell>{row.state}</TextCell>
            <TextCell>{row.release ?? <Absent>none</Absent>}</TextCell>
            <NumberCell>{row.duration}</NumberCell>
            <NumberCell>{row.interval}</NumberCell>
            <NumberCell>{row.size ?? <Absent>–</Absent>}</NumberCell>
            <NumberCell>{row.pause ?? <Absent>–</Absent>}</NumberCell>
            <TextCell>{row.node}</TextCell>
            <TextCell>
              {row.downloadHref === null ? (
                <small>{row.reason}</small>
              ) : (
                <TextLink href={row.downloadHref} within="cell">
                  Download
                </TextLink>
              )}
            </TextCell>
            {isComparing && (
              <TextCell>
                {row.compareHref !== null && (
                  <TextLink href={row.compareHref} within="cell">
                    Compare
                  </TextLink>
                )}
              </TextCell>
            )}
          </Row>
        ))}
      </TableBox>
      <SmallPrint>{LIST_NOTE}</SmallPrint>
    </>
  );
}
