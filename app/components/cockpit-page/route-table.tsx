import type { ReactNode } from "react";
import type { ColumnModel, RouteRowModel, RouteTablePage } from "../../presenters/cockpit-page/route-table";
import { CellDelta } from "../comparison/delta-badge";
import { Figure, Value } from "../format/figure";
import { LinkOut } from "../page/grafana-menu";
import { Notes, Paging, TableBox } from "../table";

/** The routes of a view with their five vitals. */
export function RouteTable({ table }: { table: RouteTablePage }): ReactNode {
  const { columns, rows, paging, notes, empty } = table;
  return (
    <>
      {empty === null ? (
        <TableBox
          label="Table of routes"
          className="table routes"
          head={
            <>
              {columns.map((column) => (
                <Column key={column.key} column={column} />
              ))}
              {table.withTraces && <th scope="col">Traces</th>}
            </>
          }
        >
          {rows.map((row) => (
            <Row key={row.route} row={row} withTraces={table.withTraces} />
          ))}
        </TableBox>
      ) : (
        <p className="note">{empty}</p>
      )}
      {paging !== null && (
        <Paging
          label="Pages of routes"
          {...paging}
          previous={
            paging.previous === null
              ? null
              : { href: paging.previous, text: paging.all === null ? "By pages" : "Previous" }
          }
        />
      )}
      <Notes notes={notes} />
    </>
  );
}

const Arrow = ({ sorted }: { sorted: ColumnModel["sorted"] }): ReactNode =>
  sorted !== null && <span aria-hidden="true">{sorted === "ascending" ? " ↑" : " ↓"}</span>;

function Column({ column }: { column: ColumnModel }): ReactNode {
  const { key, text, withN, title, href, sorted, regression } = column;
  return (
    <th
      scope="col"
      className={key === "route" ? undefined : "num"}
      aria-sort={sorted ?? regression?.sorted ?? undefined}
    >
      <a href={href} title={title} aria-current={sorted === null ? undefined : "true"}>
        {text}
        <Arrow sorted={sorted} />
      </a>
      {withN && <span className="n">n</span>}
      {regression !== null && (
        <span className="by-change">
          <a
            href={regression.href}
            title={regression.title}
            aria-current={regression.sorted === null ? undefined : "true"}
          >
            <span className="sr-only">{text} </span>
            {regression.text}
            <Arrow sorted={regression.sorted} />
          </a>
        </span>
      )}
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
          {figure.delta !== null && <CellDelta delta={figure.delta} />}
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
