import type { ReactNode } from "react";
import type { TrendChartModel } from "../presenters/trend-chart";
import { Figure } from "./rating-mark";

/** A trend as a drawing, with its releases, and the same numbers as a table. */
export function TrendChart({ chart }: { chart: TrendChartModel }): ReactNode {
  return (
    <figure className="trend" data-island="trend">
      {chart.empty === null ? <TrendSvg chart={chart} /> : <p className="trend-empty">{chart.empty}</p>}
      <figcaption>
        {chart.releases.length > 0 && (
          <p className="quiet">
            Releases in this window ({chart.table.zone}):{" "}
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
          <path className="line" d={chart.path} />
        </svg>
        {chart.dots.map(({ x, y }) => (
          <circle key={x} className="dot" cx={`${x}%`} cy={y} r="3" />
        ))}
      </g>
      <rect data-plot="" className="plot" y={plot.top} width="100%" height={plot.bottom - plot.top} />
    </svg>
  );
}

function TrendTable({ chart: { table, csvHref, title } }: { chart: TrendChartModel }): ReactNode {
  return (
    <details className="numbers">
      <summary>The numbers of this chart</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="scroll-box scroll-tall" tabIndex={0} aria-label={`${title}, numbers`}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">From ({table.zone})</th>
              <th scope="col" className="num">
                {table.percentile}
              </th>
              <th scope="col" className="num">
                Good
              </th>
              <th scope="col" className="num">
                n
              </th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ iso, time, running, figure, good, n }) => (
              <tr key={iso}>
                <th scope="row">
                  <time dateTime={iso}>{time}</time>
                  {running && <span className="quiet"> so far</span>}
                </th>
                <td className="num">
                  <Figure figure={figure} />
                </td>
                <td className="num">{good}</td>
                <td className="num">{n}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p>
        <a href={csvHref}>Trend as CSV</a>
      </p>
    </details>
  );
}
