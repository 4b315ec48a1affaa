import { Fragment, type ReactNode } from "react";
import type { InstantModel } from "../../presenters/page/page-header";
import type { ReleaseRowModel } from "../../presenters/releases-page/release-row";
import type { ReleaseVerdictModel } from "../../presenters/releases-page/release-verdict";
import type { ReleasesTableModel } from "../../presenters/releases-page/releases-page";
import { CellDelta, Legend } from "../comparison/delta-badge";
import { Absent, FigureCell } from "../format/figure";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Ago } from "../page/page-header";
import { PanelError } from "../panel";
import { ColumnHead, Notes, NumberCell, Paging, Row, RowHead, RowLink, TableBox, TextCell } from "../table";

/** The table of releases. */
export function ReleasesTable({ table }: { table: ReleasesTableModel }): ReactNode {
  const { columns, rows, paging, legend, notes, failure, empty } = table;
  if (empty !== null) return <Note>{empty}</Note>;
  return (
    <>
      {failure !== null && <PanelError message={failure} />}
      <TableBox
        label="Table of releases"
        dense
        samples={table.samplesLength}
        head={columns.map(({ key, text, title, number, parts }) => (
          <ColumnHead
            key={key}
            number={number && !parts}
            span={parts ? 2 : 1}
            deep={!parts}
            wideOnly={key === "first"}
          >
            {title === null ? (
              text
            ) : (
              <abbr title={title} className="no-underline">
                {text}
              </abbr>
            )}
          </ColumnHead>
        ))}
        subhead={columns.map(
          ({ key, parts }) =>
            parts && (
              <Fragment key={key}>
                <ColumnHead samples>p75 n</ColumnHead>
                <ColumnHead>change</ColumnHead>
              </Fragment>
            ),
        )}
      >
        {rows.map((row) => (
          <ReleaseRow key={row.name} row={row} />
        ))}
      </TableBox>
      <Legend details={legend} />
      <ReleaseTimes rows={rows} />
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
  const { standing, verdict } = row;
  return (
    <Row quiet={row.thin}>
      <RowHead>
        <RowLink href={row.href}>{row.name}</RowLink>
      </RowHead>
      <TextCell wideOnly>
        <small>
          <Instant instant={row.firstSeen} absent="not yet" />
        </small>
      </TextCell>
      <TextCell>
        <small className="whitespace-normal" title={standing.title}>
          {standing.strong ? <strong>{standing.text}</strong> : standing.text}
        </small>
      </TextCell>
      <TextCell>{verdict !== null && <Against against={verdict.against} />}</TextCell>
      {row.figures.map((figure, i) => (
        <Fragment key={figure.metric}>
          <FigureCell figure={figure} samples={figure.n} />
          <TextCell>
            <Verdict verdict={verdict?.deltas?.[i] ?? null} />
          </TextCell>
        </Fragment>
      ))}
    </Row>
  );
}

/** Page views and times of every release, on demand. */
function ReleaseTimes({ rows }: { rows: readonly ReleaseRowModel[] }): ReactNode {
  return (
    <details className="my-2 print:hidden">
      <summary className="cursor-pointer leading-6 text-link coarse:leading-11">
        Page views, times and announcements
      </summary>
      <TableBox
        label="Table of times"
        narrow
        head={
          <>
            <ColumnHead>Release</ColumnHead>
            <ColumnHead number>Page views</ColumnHead>
            <ColumnHead>First seen</ColumnHead>
            <ColumnHead>Last seen</ColumnHead>
            <ColumnHead title="When its deploy was announced">Announced</ColumnHead>
          </>
        }
      >
        {rows.map(({ name, thin, views, firstSeen, lastSeen, announced, link }) => (
          <Row key={name} quiet={thin}>
            <RowHead>{name}</RowHead>
            <NumberCell>{views}</NumberCell>
            <TextCell>
              <Instant instant={firstSeen} absent="not yet" />
            </TextCell>
            <TextCell>
              <Instant instant={lastSeen} absent="not yet" />
            </TextCell>
            <TextCell>
              <Instant instant={announced} absent="no" />
              {link !== null && (
                <>
                  {" "}
                  <TextLink href={link.href} rel="noopener noreferrer" within="cell">
                    {link.text}
                  </TextLink>
                </>
              )}
            </TextCell>
          </Row>
        ))}
      </TableBox>
    </details>
  );
}

/** The mark of a change, a link to its comparison. */
const Verdict = ({
  verdict,
}: {
  verdict: NonNullable<ReleaseVerdictModel["deltas"]>[number] | null;
}): ReactNode =>
  verdict !== null && (
    <a
      href={verdict.href}
      className="inline-block min-w-6 leading-6 underline coarse:min-w-11 coarse:leading-11"
    >
      <CellDelta delta={verdict.delta} />
    </a>
  );

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
