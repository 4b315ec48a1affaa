import type { ReactNode } from "react";
import type { InstantModel } from "../../presenters/page/page-header";
import type { ReleaseRowModel } from "../../presenters/releases-page/release-row";
import type { ReleaseVerdictModel } from "../../presenters/releases-page/release-verdict";
import type { ReleasesTableModel } from "../../presenters/releases-page/releases-page";
import { CellDelta } from "../comparison/delta-badge";
import { Absent, Figure, Samples, SamplesHead } from "../format/figure";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Ago } from "../page/page-header";
import { PanelError } from "../panel";
import { ColumnHead, Notes, NumberCell, Paging, Row, RowHead, RowLink, TableBox, TextCell } from "../table";

/** The table of releases. */
export function ReleasesTable({ table }: { table: ReleasesTableModel }): ReactNode {
  const { columns, rows, paging, notes, failure, empty } = table;
  if (empty !== null) return <Note>{empty}</Note>;
  return (
    <>
      {failure !== null && <PanelError message={failure} />}
      <TableBox
        label="Table of releases"
        head={columns.map(({ key, text, title, number, withN }) => (
          <ColumnHead key={key} number={number}>
            {title === null ? (
              text
            ) : (
              <abbr title={title} className="no-underline">
                {text}
              </abbr>
            )}
            {withN && <SamplesHead />}
          </ColumnHead>
        ))}
      >
        {rows.map((row) => (
          <ReleaseRow key={row.name} row={row} />
        ))}
      </TableBox>
      {paging !== null && (
        <Paging
          label="Pages of releases"
          {...paging}
          previous={paging.previous === null ? null : { href: paging.previous, text: "Previous" }}
        />
      )}
      <Notes notes={notes} />
    </>
  );
}

function ReleaseRow({ row }: { row: ReleaseRowModel }): ReactNode {
  return (
    <Row quiet={row.thin}>
      <RowHead>
        <RowLink href={row.href}>{row.name}</RowLink>
        <span
          className={`block text-xs${row.standing.strong ? "" : " text-quiet"}`}
          title={row.standing.title}
        >
          {row.standing.text}
        </span>
      </RowHead>
      <TextCell>{row.verdict !== null && <Against against={row.verdict.against} />}</TextCell>
      <NumberCell>{row.views}</NumberCell>
      {row.figures.map((figure, i) => {
        const verdict = row.verdict?.deltas?.[i];
        return (
          <NumberCell key={figure.metric}>
            <Figure figure={figure} />
            {figure.value !== null && <Samples>{figure.n}</Samples>}
            {verdict !== undefined && <CellDelta {...verdict} />}
          </NumberCell>
        );
      })}
      <TextCell>
        <Instant instant={row.firstSeen} absent="not yet" />
      </TextCell>
      <TextCell>
        <Instant instant={row.lastSeen} absent="not yet" />
      </TextCell>
      <TextCell>
        <Instant instant={row.announced} absent="no" />
        {row.link !== null && (
          <>
            {" "}
            <TextLink href={row.link.href} rel="noopener noreferrer" within="cell">
              {row.link.text}
            </TextLink>
          </>
        )}
      </TextCell>
    </Row>
  );
}

const Against = ({ against }: { against: ReleaseVerdictModel["against"] }): ReactNode =>
  against.name === null ? (
    <Absent title={against.title}>{against.absent}</Absent>
  ) : (
    <TextLink href={against.href} within="cell">
      {against.name}
    </TextLink>
  );

const Instant = ({ instant, absent }: { instant: InstantModel | null; absent: string }): ReactNode =>
  instant === null ? <Absent>{absent}</Absent> : <Ago instant={instant} />;
