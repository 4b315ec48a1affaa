import type { ReactNode } from "react";
import type { TrendChartModel } from "../../presenters/trend/trend-chart";
import { Figure } from "../format/figure";
import { TableBox } from "../table";

/** A trend as a drawing, with its releases, and the same numbers as a table. */
export function TrendChart({ chart }: { chart: TrendChartModel }): ReactNode {
  return (
    <figure className="trend" data-island="trend">
      {chart.empty === null ? <TrendSvg chart={chart} /> : <p className="trend-empty">{chart.empty}</p>}
      <figcaption>
        {chart.releases.length > 0 && (
          <p className="quiet">
            {chart.releasesLead} ({chart.table.zone}):{" "}
            {chart.releases.map(({ name, when, title, href }) => (
              <span key={href}>
                <a href={href}>{name}</a> <span title={title}>{when}</span>
                {" · "}
              </span>
            ))}
            <a href={chart.releasesHref}>all releases</a>
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
    <svg className="trend-svg" height={height} width="100%" role="img" aria-label={chart.description}>
      {chart.bands.map((band) => (
        <rect
          key={band.rating}
          className="band"
          data-rating={band.rating}
          width="100%"
          y={band.y}
          height={band.height}
        />
      ))}
      {chart.grid.map(({ y, text }) => (
        <g key={y}>
          <line className="grid-line" x2="100%" y1={y} y2={y} />
          <text className="grid-text" x="4" y={y - 4}>
            {text}
          </text>
        </g>
      ))}
      <line className="zero-line" x2="100%" y1={plot.bottom} y2={plot.bottom} />
      {chart.ticks.map(({ x, text }) => (
        <text key={x} className="tick" x={`${x}%`} y={height - 6} textAnchor="middle">
          {text}
        </text>
      ))}
      {/* Under all words, so that none is crossed out. */}
      {chart.markers.map(({ x, row }) => (
        <g key={x} className="marker">
          <line x1={`${x}%`} x2={`${x}%`} y1={4 + row * 16} y2={plot.bottom} />
        </g>
      ))}
      {chart.bands.map(
        ({ rating, label, labelX, labelY, anchor }) =>
          label !== null && (
            <text
              key={rating}
              className="band-text"
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
            <g key={x} className={narrow ? "marker" : "marker marker-wide"}>
              <text
                x={`${x}%`}
                dx={side === "right" ? 5 : -5}
                y={14 + row * 16}
                textAnchor={side === "right" ? "start" : "end"}
              >
                {label}
              </text>
            </g>
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
          {chart.baseline !== null && <path className="line-baseline" d={chart.baseline.path} />}
          <path className="line" d={chart.path} />
        </svg>
        {chart.baseline?.dots.map(({ x, y }) => (
          <circle key={x} className="dot dot-baseline" cx={`${x}%`} cy={y} r="3" />
        ))}
        {chart.dots.map(({ x, y }) => (
          <circle key={x} className="dot" cx={`${x}%`} cy={y} r="3" />
        ))}
      </g>
      {chart.labels.map(({ text, x, y, anchor }, i) => (
        <text
          key={text}
          className={i === 0 ? "line-text" : "line-text line-text-baseline"}
          x={`${x}%`}
          y={y}
          textAnchor={anchor}
        >
          {text}
        </text>
      ))}
      <rect data-plot="" className="plot" y={plot.top} width="100%" height={plot.bottom - plot.top} />
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
    <details className="numbers">
      <summary>The numbers of this chart</summary>
      <TableBox
        label={`${title}, numbers`}
        boxClass="scroll-box scroll-tall"
        head={
          <>
            <th scope="col">From ({zone})</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="num">
                {column}
              </th>
            ))}
          </>
        }
      >
        {table.rows.map((row) => (
          <TrendRow key={row.iso} row={row} />
        ))}
      </TableBox>
      <p>
        <a href={csvHref}>Trend as CSV</a>
      </p>
    </details>
  );
}

function TrendRow({ row }: { row: TrendChartModel["table"]["rows"][number] }): ReactNode {
  const { iso, time, running, figure, good, n, baseline } = row;
  return (
    <tr>
      <th scope="row">
        <time dateTime={iso}>{time}</time>
        {running && <span className="quiet"> so far</span>}
      </th>
      <td className="num">
        <Figure figure={figure} />
      </td>
      <td className="num">{good}</td>
      <td className="num">{n}</td>
      {baseline !== null && (
        <>
          <td className="num">
            <Figure figure={baseline.figure} />
          </td>
          <td className="num">{baseline.n}</td>
        </>
      )}
    </tr>
  );
}
