import type { ReactNode } from "react";
import type { ColumnModel, RouteRowModel, RouteTablePage } from "../../presenters/cockpit-page/route-table";
import { CellDelta } from "../comparison/delta-badge";
import { Figure, Samples, SamplesHead, Value } from "../format/figure";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Button, SearchField } from "../page/controls";
import { LinkOut } from "../page/grafana-menu";
import { ColumnHead, Notes, NumberCell, Paging, Row, RowHead, RowLink, TableBox, TextCell } from "../table";

/** The routes of a view with their five vitals. */
export function RouteTable({ table }: { table: RouteTablePage }): ReactNode {
  const { columns, rows, paging, notes, empty } = table;
  return (
    <>
      {empty === null ? (
        <TableBox
          label="Table of routes"
          head={
            <>
              {columns.map((column) => (
                <Column key={column.key} column={column} />
              ))}
              {table.withTraces && <ColumnHead>Traces</ColumnHead>}
            </>
          }
        >
          {rows.map((row) => (
            <RouteRow key={row.route} row={row} withTraces={table.withTraces} />
          ))}
        </TableBox>
      ) : (
        <Note>{empty}</Note>
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
    <ColumnHead number={key !== "route"} sort={sorted ?? regression?.sorted ?? undefined}>
      <TextLink href={href} title={title} within="cell" aria-current={sorted === null ? undefined : "true"}>
        {text}
        <Arrow sorted={sorted} />
      </TextLink>
      {withN && <SamplesHead />}
      {regression !== null && (
        <span className="block print:hidden">
          <TextLink
            href={regression.href}
            title={regression.title}
            within="cell"
            aria-current={regression.sorted === null ? undefined : "true"}
          >
            <span className="sr-only">{text} </span>
            {regression.text}
            <Arrow sorted={regression.sorted} />
          </TextLink>
        </span>
      )}
    </ColumnHead>
  );
}

function RouteRow({ row, withTraces }: { row: RouteRowModel; withTraces: boolean }): ReactNode {
  return (
    <Row quiet={row.thin}>
      <RowHead>
        <RowLink href={row.href}>{row.route}</RowLink>
      </RowHead>
      <NumberCell>{row.views}</NumberCell>
      {row.figures.map((figure) => (
        <NumberCell key={figure.metric}>
          <Figure figure={figure} />
          {figure.value !== null && <Samples>{figure.n}</Samples>}
          {figure.delta !== null && <CellDelta delta={figure.delta} />}
        </NumberCell>
      ))}
      <NumberCell>
        <Value {...row.impact} />
      </NumberCell>
      {withTraces && (
        <TextCell>{row.tracesHref !== null && <LinkOut href={row.tracesHref}>View traces</LinkOut>}</TextCell>
      )}
    </Row>
  );
}

/** The search over the routes, with what else is seen carried along. */
export function RouteSearch({ table: { search, count } }: { table: RouteTablePage }): ReactNode {
  return (
    <search className="flex-auto sm:flex-none print:hidden">
      <form className="flex flex-wrap items-center gap-2" action={search.action} method="get">
        {search.hidden.map(({ name, value }) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <span className="text-quiet">{count}</span>
        <SearchField name="q" defaultValue={search.value} maxLength={200} />
        <Button>Search</Button>
        {search.clearHref !== null && <TextLink href={search.clearHref}>Clear</TextLink>}
      </form>
    </search>
  );
}
