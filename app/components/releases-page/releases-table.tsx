import type { ReactNode } from "react";
import type { InstantModel } from "../../presenters/page/page-header";
import type { ReleaseRowModel } from "../../presenters/releases-page/release-row";
import type { ReleaseVerdictModel } from "../../presenters/releases-page/release-verdict";
import type { ReleasesTableModel } from "../../presenters/releases-page/releases-page";
import { CellDelta } from "../comparison/delta-badge";
import { Figure } from "../format/figure";
import { Ago } from "../page/page-header";
import { PanelError } from "../panel";
import { Notes, Paging, TableBox } from "../table";

/** The table of releases. */
export function ReleasesTable({ table }: { table: ReleasesTableModel }): ReactNode {
  const { columns, rows, paging, notes, failure, empty } = table;
  if (empty !== null) return <p className="note">{empty}</p>;
  return (
    <>
      {failure !== null && <PanelError message={failure} />}
      <TableBox
        label="Table of releases"
        className="table releases"
        head={columns.map(({ key, text, title, number, withN }) => (
          <th key={key} scope="col" className={number ? "num" : undefined}>
            {title === null ? text : <abbr title={title}>{text}</abbr>}
            {withN && <span className="n">n</span>}
          </th>
        ))}
      >
        {rows.map((row) => (
          <Row key={row.name} row={row} />
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

function Row({ row }: { row: ReleaseRowModel }): ReactNode {
  return (
    <tr className={row.thin ? "thin" : undefined}>
      <th scope="row">
        <a href={row.href}>{row.name}</a>
        <span className={row.standing.strong ? "standing" : "standing quiet"} title={row.standing.title}>
          {row.standing.text}
        </span>
      </th>
      <td>{row.verdict !== null && <Against against={row.verdict.against} />}</td>
      <td className="num">{row.views}</td>
      {row.figures.map((figure, i) => {
        const verdict = row.verdict?.deltas?.[i];
        return (
          <td key={figure.metric} className="num">
            <Figure figure={figure} />
            {figure.value !== null && <span className="n">{figure.n}</span>}
            {verdict !== undefined && <CellDelta {...verdict} />}
          </td>
        );
      })}
      <td>
        <Instant instant={row.firstSeen} absent="not yet" />
      </td>
      <td>
        <Instant instant={row.lastSeen} absent="not yet" />
      </td>
      <td>
        <Instant instant={row.announced} absent="no" />
        {row.link !== null && (
          <>
            {" "}
            <a href={row.link.href} rel="noopener noreferrer">
              {row.link.text}
            </a>
          </>
        )}
      </td>
    </tr>
  );
}

const Against = ({ against }: { against: ReleaseVerdictModel["against"] }): ReactNode =>
  against.name === null ? (
    <span className="absent" title={against.title}>
      {against.absent}
    </span>
  ) : (
    <a href={against.href} className="against">
      {against.name}
    </a>
  );

const Instant = ({ instant, absent }: { instant: InstantModel | null; absent: string }): ReactNode =>
  instant === null ? <span className="absent">{absent}</span> : <Ago instant={instant} />;
