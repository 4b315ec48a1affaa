import type { ReactNode } from "react";
import type { ReleaseRowModel, ReleasesTableModel } from "../../presenters/releases-page";
import type { InstantModel } from "../../presenters/view-header";
import { Ago } from "../page-shell";
import { Figure } from "../rating-mark";

/** The table of releases; it scrolls in its own box, the names staying in sight. */
export function ReleasesTable({ table }: { table: ReleasesTableModel }): ReactNode {
  if (table.empty !== null) return <p className="note">{table.empty}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="scroll-box" tabIndex={0} aria-label="Table of releases">
        <table className="table">
          <thead>
            <tr>
              {table.columns.map(({ key, text, title, number, withN }) => (
                <th key={key} scope="col" className={number ? "num" : undefined}>
                  {title === null ? text : <abbr title={title}>{text}</abbr>}
                  {withN && <span className="n">n</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <Row key={row.name} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      {table.paging !== null && (
        <nav className="paging" aria-label="Pages of releases">
          {table.paging.previous !== null && (
            <a href={table.paging.previous} rel="prev">
              Previous
            </a>
          )}
          <span>{table.paging.text}</span>
          {table.paging.next !== null && (
            <a href={table.paging.next} rel="next">
              Next
            </a>
          )}
        </nav>
      )}
      {table.notes.map((note) => (
        <p key={note} className="quiet small">
          {note}
        </p>
      ))}
    </>
  );
}

function Row({ row }: { row: ReleaseRowModel }): ReactNode {
  return (
    <tr className={row.thin ? "thin" : undefined}>
      <th scope="row">
        <a href={row.href}>{row.name}</a>
      </th>
      <td title={row.standing.title}>
        {row.standing.strong ? (
          <strong>{row.standing.text}</strong>
        ) : (
          <span className="quiet">{row.standing.text}</span>
        )}
      </td>
      <td className="num">{row.views}</td>
      {row.figures.map((figure) => (
        <td key={figure.metric} className="num">
          <Figure figure={figure} />
          {figure.value !== null && <span className="n">{figure.n}</span>}
        </td>
      ))}
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

const Instant = ({ instant, absent }: { instant: InstantModel | null; absent: string }): ReactNode =>
  instant === null ? <span className="absent">{absent}</span> : <Ago instant={instant} />;
