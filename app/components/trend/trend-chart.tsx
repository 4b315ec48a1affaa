import type { ReactNode } from "react";
import type { TrendChartModel } from "../../presenters/trend/trend-chart";
import { Figure } from "../format/figure";
import { RATING_BAND, RATING_WORDS_FILL } from "../format/rating-classes";
import { TextLink } from "../format/text-link";
import { ColumnHead, NumberCell, Row, RowHead, TableBox } from "../table";

/** Words in the drawing; they keep a margin of the ground around them. */
const WORDS = "chart-words text-xs";

/** A trend as a drawing, with its releases, and the same numbers as a table. */
export function TrendChart({ chart }: { chart: TrendChartModel }): ReactNode {
  return (
    <figure className="relative" data-island="trend">
      {chart.empty === null ? (
        <TrendSvg chart={chart} />
      ) : (
        <p className="flex h-62 items-center justify-center border border-line p-4 text-quiet">
          {chart.empty}
        </p>
      )}
      <figcaption className="mt-2 wrap-anywhere">
        {chart.releases.length > 0 && (
          <p className="text-quiet">
            {chart.releasesLead} ({chart.table.zone}):{" "}
            {chart.releases.map(({ name, when, title, href }) => (
              <span key={href}>
                <TextLink href={href}>{name}</TextLink> <span title={title}>{when}</span>
                {" · "}
              </span>
            ))}
            <TextLink href={chart.releasesHref}>all releases</TextLink>
          </p>
        )}
        <TrendTable chart={chart} />
      </figcaption>
      {/* A data block: nothing executes it, so the policy has nothing against it. */}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: JSON without "<", which React would escape */}
      <script type="application/json" data-trend="" dangerouslySetInnerHTML={{ __html: chart.data }} />
    </figure>
  );
}

function TrendSvg({ chart }: { chart: TrendChartModel }): ReactNode {
  const { plot, height } = chart;
  return (
    <svg
      className="block overflow-visible"
      height={height}
      width="100%"
      role="img"
      aria-label={chart.description}
    >
      {chart.bands.map((band) => (
        <rect
          key={band.rating}
          className={`chart-fill ${RATING_BAND[band.rating]}`}
          data-rating={band.rating}
          width="100%"
          y={band.y}
          height={band.height}
        />
      ))}
      {chart.grid.map(({ y, text }) => (
        <g key={y}>
          <line className="stroke-line" x2="100%" y1={y} y2={y} />
          <text className={`${WORDS} fill-quiet`} x="4" y={y - 4}>
            {text}
          </text>
        </g>
      ))}
      <line className="stroke-control" x2="100%" y1={plot.bottom} y2={plot.bottom} />
      {chart.ticks.map(({ x, text }) => (
        <text key={x} className="fill-quiet text-xs" x={`${x}%`} y={height - 6} textAnchor="middle">
          {text}
        </text>
      ))}
      {/* Under all words, so that none is crossed out. */}
      {chart.markers.map(({ x, row }) => (
        <line
          key={x}
          className="stroke-text [stroke-dasharray:2_3]"
          x1={`${x}%`}
          x2={`${x}%`}
          y1={4 + row * 16}
          y2={plot.bottom}
        />
      ))}
      {chart.bands.map(
        ({ rating, label, labelX, labelY, anchor }) =>
          label !== null && (
            <text
              key={rating}
              className={`${WORDS} ${RATING_WORDS_FILL[rating]}`}
              data-rating={rating}
              x={`${labelX}%`}
              y={labelY}
              textAnchor={anchor}
            >
              {label}
            </text>
          ),
      )}
      {chart.markers.map(
        ({ x, label, row, side, narrow }) =>
          label !== null && (
            <text
              key={x}
              className={`${WORDS} fill-text${narrow ? "" : " max-sm:hidden"}`}
              x={`${x}%`}
              dx={side === "right" ? 5 : -5}
              y={14 + row * 16}
              textAnchor={side === "right" ? "start" : "end"}
            >
              {label}
            </text>
          ),
      )}
      <g data-trend-line="">
        <svg
          aria-hidden="true"
          y={plot.top}
          width="100%"
          height={plot.bottom - plot.top}
          viewBox={`0 0 1000 ${plot.bottom - plot.top}`}
          preserveAspectRatio="none"
        >
          {chart.baseline !== null && (
            <path
              className="chart-line fill-none stroke-quiet stroke-1.5 [stroke-dasharray:6_4]"
              data-line="baseline"
              d={chart.baseline.path}
            />
          )}
          <path className="chart-line fill-none stroke-text stroke-2" data-line="current" d={chart.path} />
        </svg>
        {chart.baseline?.dots.map(({ x, y }) => (
          <circle key={x} className="fill-quiet" cx={`${x}%`} cy={y} r="3" />
        ))}
        {chart.dots.map(({ x, y }) => (
          <circle key={x} className="fill-text" cx={`${x}%`} cy={y} r="3" />
        ))}
      </g>
      {chart.labels.map(({ text, x, y, anchor }, i) => (
        <text
          key={text}
          className={`${WORDS} ${i === 0 ? "fill-text font-semibold" : "fill-quiet"}`}
          x={`${x}%`}
          y={y}
          textAnchor={anchor}
        >
          {text}
        </text>
      ))}
      <rect data-plot="" className="fill-none" y={plot.top} width="100%" height={plot.bottom - plot.top} />
    </svg>
  );
}

function TrendTable({ chart: { table, csvHref, title } }: { chart: TrendChartModel }): ReactNode {
  const { zone, percentile, baseline } = table;
  const columns = [
    ...[percentile, "Good", "n"],
    ...(baseline === null ? [] : [`${baseline} ${percentile}`, `${baseline} n`]),
  ];
  return (
    <details className="print:hidden">
      <summary className="cursor-pointer leading-6 text-link coarse:leading-11">
        The numbers of this chart
      </summary>
      <TableBox
        label={`${title}, numbers`}
        tall
        narrow
        head={
          <>
            <ColumnHead>From ({zone})</ColumnHead>
            {columns.map((column) => (
              <ColumnHead key={column} number>
                {column}
              </ColumnHead>
            ))}
          </>
        }
      >
        {table.rows.map((row) => (
          <TrendRow key={row.iso} row={row} />
        ))}
      </TableBox>
      <p>
        <TextLink href={csvHref}>Trend as CSV</TextLink>
      </p>
    </details>
  );
}

function TrendRow({ row }: { row: TrendChartModel["table"]["rows"][number] }): ReactNode {
  const { iso, time, running, figure, good, n, baseline } = row;
  return (
    <Row>
      <RowHead>
        <time dateTime={iso}>{time}</time>
        {running && <span className="text-quiet"> so far</span>}
      </RowHead>
      <NumberCell>
        <Figure figure={figure} />
      </NumberCell>
      <NumberCell>{good}</NumberCell>
      <NumberCell>{n}</NumberCell>
      {baseline !== null && (
        <>
          <NumberCell>
            <Figure figure={baseline.figure} />
          </NumberCell>
          <NumberCell>{baseline.n}</NumberCell>
        </>
      )}
    </Row>
  );
}
