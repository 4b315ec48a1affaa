import type { ReactNode } from "react";
import type { ReleaseChartModel } from "../../presenters/releases-page/release-charts";

/** The p75 of each release with its interval, a small chart for each metric. */
export function ReleaseCharts({ charts }: { charts: readonly ReleaseChartModel[] }): ReactNode {
  if (charts.length === 0) return null;
  return (
    <ul className="mb-4 grid grid-cols-2 gap-2 sm:grid-cols-3 sm:gap-3 lg:grid-cols-5">
      {charts.map((chart) => (
        <li
          key={chart.metric}
          className="rounded-md border border-line bg-panel p-3 print:break-inside-avoid"
        >
          <p>
            <abbr title={chart.name} className="font-semibold no-underline">
              {chart.metric}
            </abbr>{" "}
            <span className="whitespace-nowrap text-quiet">
              <span className="max-sm:hidden">p75, </span>now {chart.latest}
            </span>
          </p>
          <ReleaseChart chart={chart} />
        </li>
      ))}
    </ul>
  );
}

function ReleaseChart({ chart: { description, good, points } }: { chart: ReleaseChartModel }): ReactNode {
  return (
    <svg className="mt-2 h-30 w-full overflow-visible" role="img" aria-label={description}>
      <rect
        className="chart-fill fill-good-band"
        width="100%"
        y={`${good ?? 0}%`}
        height={`${100 - (good ?? 0)}%`}
      />
      <line className="stroke-control" x2="100%" y1="100%" y2="100%" />
      {points.map(({ name, x, y, interval }, i) => {
        const next = points[i + 1];
        return (
          <g key={name}>
            {next !== undefined && (
              <line
                className="stroke-control"
                x1={`${x}%`}
                y1={`${y}%`}
                x2={`${next.x}%`}
                y2={`${next.y}%`}
              />
            )}
            <line
              className="stroke-quiet"
              x1={`${x}%`}
              x2={`${x}%`}
              y1={`${interval.top}%`}
              y2={`${interval.bottom}%`}
            />
          </g>
        );
      })}
      {points.map(({ name, x, y }) => (
        <circle key={name} className="fill-text" cx={`${x}%`} cy={`${y}%`} r="2.5" />
      ))}
    </svg>
  );
}
