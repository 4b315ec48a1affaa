import type { ReactNode } from "react";
import type {
  ColumnModel,
  RouteRowModel,
  RouteTablePage,
  SortLink,
} from "../../presenters/cockpit-page/route-table";
import { COMPARED_ROUTES_PER_PAGE, ROUTES_PER_PAGE } from "../../presenters/tables/route-ranking";
import { DeltaCell, Legend } from "../comparison/delta-badge";
import { Aloud, FigureCell } from "../format/figure";
import { TextLink } from "../format/text-link";
import { Note } from "../note";
import { Button, SearchField } from "../page/controls";
import { LinkOut } from "../page/grafana-menu";
import { ColumnHead, Notes, NumberCell, Paging, Row, RowHead, RowLink, TableBox, TextCell } from "../table";

/** The routes of a view with their five vitals. */
export function RouteTable({ table }: { table: RouteTablePage }): ReactNode {
  const { columns, rows, paging, notes, legend, empty } = table;
  return (
    <>
      {empty === null ? (
        <TableBox
          label="Table of routes"
          dense={legend !== null}
          late={rowsLaidOutLate(rows.length)}
          samples={table.samplesLength}
          head={
            <>
              {columns.map((column) => (
                <Column key={column.key} column={column} compared={legend !== null} />
              ))}
              {table.tracesHead !== null && <ColumnHead deep>{table.tracesHead}</ColumnHead>}
            </>
          }
          subhead={columns.map((column) => <Subcolumns key={column.key} column={column} />)}
        >
          {rows.map((row) => (
            <RouteRow
              key={row.route}
              row={row}
              compared={legend !== null}
              withTraces={table.tracesHead !== null}
            />
          ))}
        </TableBox>
      ) : (
        <Note>{empty}</Note>
      )}
      {legend !== null && <Legend details={legend} />}
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

/** Whole pages of routes are long. */
function rowsLaidOutLate(rows: number): 25 | 50 | null {
  if (rows >= ROUTES_PER_PAGE) return ROUTES_PER_PAGE;
  return rows === COMPARED_ROUTES_PER_PAGE ? COMPARED_ROUTES_PER_PAGE : null;
}

/** A column's name, which sorts by it. */
function SortBy({ link, subject = null }: { link: SortLink; subject?: string | null }): ReactNode {
  const { text, title, href, sorted } = link;
  return (
    <TextLink href={href} title={title} within="cell" aria-current={sorted === null ? undefined : "true"}>
      {subject !== null && <Aloud>{`${subject} `}</Aloud>}
      {text}
      {sorted !== null && <span aria-hidden="true">{sorted === "ascending" ? " ↑" : " ↓"}</span>}
    </TextLink>
  );
}

function Column({ column, compared }: { column: ColumnModel; compared: boolean }): ReactNode {
  const { key, parts, title, sorted } = column;
  return (
    <ColumnHead
      number={key !== "route" && parts === null}
      sort={sorted ?? undefined}
      title={parts === null ? undefined : title}
      span={parts === null || parts.change === null ? 1 : 2}
      deep={parts === null}
      wideOnly={compared && key === "views"}
    >
      <SortBy link={column} />
    </ColumnHead>
  );
}

/** The columns of one metric: its figure with its samples and, while comparing, its change. */
function Subcolumns({ column: { text, parts } }: { column: ColumnModel }): ReactNode {
  if (parts === null) return null;
  return (
    <>
      <ColumnHead samples>{`${parts.figure} n`}</ColumnHead>
      {parts.change !== null && (
        <ColumnHead sort={parts.change.sorted ?? undefined}>
          <SortBy link={parts.change} subject={text} />
        </ColumnHead>
      )}
    </>
  );
}

function RouteRow({
  row,
  compared,
  withTraces,
}: {
  row: RouteRowModel;
  compared: boolean;
  withTraces: boolean;
}): ReactNode {
  return (
    <Row quiet={row.thin}>
      <RowHead>
        <RowLink href={row.href}>{row.route}</RowLink>
      </RowHead>
      {/* Narrow screens show the chosen metric's change instead; its samples are beside it. */}
      <NumberCell wideOnly={compared}>{row.views}</NumberCell>
      {row.figures.map((figure) => (
        <FigureCells key={figure.metric} figure={figure} compared={compared} />
      ))}
      <td className={row.impact.unit === "s" ? "figure-seconds" : undefined}>{row.impact.number}</td>
      {withTraces && (
        <TextCell>{row.tracesHref !== null && <LinkOut href={row.tracesHref}>View traces</LinkOut>}</TextCell>
      )}
    </Row>
  );
}

const FigureCells = ({
  figure,
  compared,
}: {
  figure: RouteRowModel["figures"][number];
  compared: boolean;
}): ReactNode => (
  <>
    <FigureCell figure={figure} samples={figure.n} />
    {compared && <DeltaCell delta={figure.delta} />}
  </>
);

/** The search over the routes; hidden fields carry the other filters. */
export function RouteSearch({ table: { search, count } }: { table: RouteTablePage }): ReactNode {
  return (
    <search className="flex-auto sm:flex-none print:hidden">
      <form className="flex flex-wrap items-center gap-2" action={search.action} method="get">
        {search.hidden.map(({ name, value }) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <span className="text-quiet">{count}</span>{" "}
        <SearchField name="q" defaultValue={search.value} maxLength={200} /> <Button>Search</Button>{" "}
        {search.clearHref !== null && <TextLink href={search.clearHref}>Clear</TextLink>}
      </form>
    </search>
  );
}
