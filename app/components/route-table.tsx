import type { ReactNode } from "react";
import type { ColumnModel, RouteRowModel, RouteTablePage } from "../presenters/route-table-page";
import { LinkOut } from "./grafana-menu";
import { Figure, Value } from "./rating-mark";

/** The routes of a view with their five vitals; it scrolls in its own box, the routes staying in sight. */
export function RouteTable({ table }: { table: RouteTablePage }): ReactNode {
  return (
    <>
      {table.empty === null ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="scroll-box" tabIndex={0} aria-label="Table of routes">
          <table className="table routes">
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <Column key={column.key} column={column} />
                ))}
                {table.withTraces && <th scope="col">Traces</th>}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <Row key={row.route} row={row} withTraces={table.withTraces} />
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        <p className="note">{table.empty}</p>
      )}
      {table.paging !== null && (
        <nav className="paging" aria-label="Pages of routes">
          {table.paging.previous !== null && (
            <a href={table.paging.previous} rel="prev">
              {table.paging.all === null ? "By pages" : "Previous"}
            </a>
          )}
          <span>{table.paging.text}</span>
          {table.paging.next !== null && (
            <a href={table.paging.next} rel="next">
              Next
            </a>
          )}
          {table.paging.all !== null && <a href={table.paging.all}>All on one page</a>}
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

function Column({ column }: { column: ColumnModel }): ReactNode {
  const { key, text, withN, title, href, sorted } = column;
  return (
    <th scope="col" className={key === "route" ? undefined : "num"} aria-sort={sorted ?? undefined}>
      <a href={href} title={title}>
        {text}
        {sorted !== null && <span aria-hidden="true">{sorted === "ascending" ? " ↑" : " ↓"}</span>}
      </a>
      {withN && <span className="n">n</span>}
    </th>
  );
}

function Row({ row, withTraces }: { row: RouteRowModel; withTraces: boolean }): ReactNode {
  return (
    <tr className={row.thin ? "thin" : undefined}>
      <th scope="row">
        <a href={row.href}>{row.route}</a>
      </th>
      <td className="num">{row.views}</td>
      {row.figures.map((figure) => (
        <td key={figure.metric} className="num">
          <Figure figure={figure} />
          {figure.value !== null && <span className="n">{figure.n}</span>}
        </td>
      ))}
      <td className="num">
        <Value {...row.impact} />
      </td>
      {withTraces && (
        <td>{row.tracesHref !== null && <LinkOut href={row.tracesHref}>View traces</LinkOut>}</td>
      )}
    </tr>
  );
}

/** The search over the routes, with what else is seen carried along. */
export function RouteSearch({ table: { search, count } }: { table: RouteTablePage }): ReactNode {
  return (
    <search>
      <form className="search" action={search.action} method="get">
        {search.hidden.map(({ name, value }) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <span className="quiet">{count}</span>
        <label>
          <span>Search</span>
          <input type="search" name="q" defaultValue={search.value} maxLength={200} />
        </label>
        <button type="submit">Search</button>
        {search.clearHref !== null && <a href={search.clearHref}>Clear</a>}
      </form>
    </search>
  );
}
