import { Fragment, type ReactNode } from "react";
import type { TrendChartModel } from "../../presenters/trend/trend-chart";
import { type StepCellModel, stepCells, type TrendRowModel } from "../../presenters/trend/trend-table";
import { RATING_BAND, RATING_FIRST, RATING_TEXT } from "../format/rating-classes";
import { TextLink } from "../format/text-link";
import { ColumnHead, Row, RowHead, TableBox } from "../table";
import { ComparedMarks } from "./compared-marks";

const ANCHORS = {
  start: "",
  middle: " justify-center",
  end: " justify-end",
} as const;

const SHIFTS = { 0: "", 4: " ml-1", 5: " ml-[5px]", [-6]: " -ml-1.5" } as const;

/**
 * A label in the drawing, with its baseline at `y` px. CSS draws it from an attribute (`.chart-label`), so that text browsers,
 * copied selections and find-in-page have these numbers once: in the table under the chart.
 */
function ChartLabel({
  x,
  y,
  dx = 0,
  anchor = "start",
  className,
  children,
}: {
  /** In hundredths of the width. */
  x: number;
  y: number;
  /** Further to the right, in px. */
  dx?: keyof typeof SHIFTS;
  anchor?: keyof typeof ANCHORS;
  className: string;
  children: string;
}): ReactNode {
  return (
    <foreignObject x={`${x}%`} y={y - 12} width="1" height="16" className="overflow-visible">
      <span
        aria-hidden="true"
        className={`chart-label text-xs ${className}${ANCHORS[anchor]}${SHIFTS[dx]}`}
        data-label={children}
      />
    </foreignObject>
  );
}

/** Around a drawing, whose height it has: it waits for one frame, so that the figures above it are painted first. */
const NEXT = "animate-next print:animate-none [contain-intrinsic-height:248px]";

/** A trend as a drawing, with its releases, and the same numbers as a table. */
export function TrendChart({ chart }: { chart: TrendChartModel }): ReactNode {
  return (
    <figure className="relative" data-island="trend">
      {chart.empty === null ? (
        <div className={NEXT}>
          <TrendSvg chart={chart} />
        </div>
      ) : (
        <p className="flex h-62 items-center justify-center border border-line p-4 text-quiet">
          {chart.empty}
        </p>
      )}
      <figcaption className="mt-2 wrap-anywhere">
        {chart.compared?.notes.map((note) => (
          <p key={note} className="mb-1 max-w-6xl text-xs text-quiet">
            {note}
          </p>
        ))}
        {chart.releases.length > 0 && (
          <p className="text-quiet">
            {chart.releasesLead} ({chart.table.zone}):{" "}
            {chart.releases.map(({ name, when, title, href }) => (
              <Fragment key={href}>
                <TextLink href={href} title={title}>
                  {name}
                </TextLink>
                {` ${when} · `}
              </Fragment>
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
        <Fragment key={y}>
          <line className="stroke-line" x2="100%" y1={y} y2={y} />
          <ChartLabel x={0} dx={4} y={y - 4} className="text-quiet">
            {text}
          </ChartLabel>
        </Fragment>
      ))}
      <line className="stroke-control" x2="100%" y1={plot.bottom} y2={plot.bottom} />
      {chart.ticks.map(({ x, text }) => (
        <ChartLabel key={x} x={x} y={height - 6} anchor="middle" className="text-quiet">
          {text}
        </ChartLabel>
      ))}
      {chart.compared !== null && <ComparedMarks compared={chart.compared} bottom={plot.bottom} />}
      {/* Before the labels, so that no line crosses one. */}
      <MarkerLines markers={chart.markers} bottom={plot.bottom} />
      {chart.bands.map(
        ({ rating, label, labelX, labelY, anchor }) =>
          label !== null && (
            <ChartLabel key={rating} x={labelX} y={labelY} anchor={anchor} className={RATING_TEXT[rating]}>
              {label}
            </ChartLabel>
          ),
      )}
      {chart.markers.map(
        ({ x, label, row, side, narrow, isSwitch }) =>
          label !== null && (
            <ChartLabel
              key={x}
              x={x}
              dx={side === "right" ? 5 : -6}
              y={14 + row * 16}
              anchor={side === "right" ? "start" : "end"}
              className={`${isSwitch ? "font-semibold" : ""}${narrow ? "" : " max-sm:hidden"}`}
            >
              {label}
            </ChartLabel>
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
        <ChartLabel
          key={text}
          x={x}
          y={y}
          anchor={anchor}
          className={i === 0 ? "font-semibold" : "text-quiet"}
        >
          {text}
        </ChartLabel>
      ))}
      <rect data-plot="" className="fill-none" y={plot.top} width="100%" height={plot.bottom - plot.top} />
    </svg>
  );
}

/** Lines keep their width in a drawing that is stretched. */
const UPRIGHT = "[vector-effect:non-scaling-stroke]";

/** The lines of the releases, dashed but for the switch: one path of each kind, however many there are. */
function MarkerLines({ markers, bottom }: Pick<TrendChartModel, "markers"> & { bottom: number }): ReactNode {
  const pathOf = (lines: TrendChartModel["markers"]): string =>
    lines.map(({ x, row }) => `M${Math.round(x * 100) / 10} ${4 + row * 16}V${bottom}`).join("");
  const dashed = markers.filter(({ isSwitch }) => !isSwitch);
  const solid = markers.filter(({ isSwitch }) => isSwitch);
  if (markers.length === 0) return null;
  return (
    <svg
      aria-hidden="true"
      className="overflow-visible fill-none stroke-text"
      width="100%"
      height={bottom}
      viewBox={`0 0 1000 ${bottom}`}
      preserveAspectRatio="none"
    >
      {dashed.length > 0 && <path className={`${UPRIGHT} [stroke-dasharray:2_3]`} d={pathOf(dashed)} />}
      {solid.length > 0 && <path className={`${UPRIGHT} stroke-1.5`} data-switch="" d={pathOf(solid)} />}
    </svg>
  );
}

function TrendTable({ chart: { table, csvHref, svgHref, title } }: { chart: TrendChartModel }): ReactNode {
  const { zone, columns, rows, open, all } = table;
  return (
    <details className="print:hidden" open={open}>
      <summary className="cursor-pointer leading-6 text-link coarse:leading-11">
        The numbers of this chart
      </summary>
      {all === null && (
        <TableBox
          label={`${title}, numbers`}
          tall
          narrow
          head={
            <>
              <ColumnHead>From ({zone})</ColumnHead>
              {columns.map((text) => (
                <ColumnHead key={text}>{text}</ColumnHead>
              ))}
            </>
          }
        >
          {rows.map((row) => (
            <TrendRow key={row.iso} row={row} />
          ))}
        </TableBox>
      )}
      <p>
        {all !== null && (
          <>
            <TextLink href={all.href}>{all.text}</TextLink> ·{" "}
          </>
        )}
        <TextLink href={csvHref}>Trend as CSV</TextLink> · <TextLink href={svgHref}>Chart as SVG</TextLink>
      </p>
    </details>
  );
}

function TrendRow({ row }: { row: TrendRowModel }): ReactNode {
  return (
    <Row>
      <RowHead title={row.iso}>
        {row.time}
        {row.running && <span className="text-quiet"> so far</span>}
      </RowHead>
      {stepCells(row).map((cell) => (
        <StepCell key={cell.side} cell={cell} />
      ))}
    </Row>
  );
}

/** A step's figure with what belongs to it in one cell: few open the table, and each element costs the page time. */
const StepCell = ({ cell: { text, rating, absent } }: { cell: StepCellModel }): ReactNode =>
  rating === null ? (
    <td className="text-left text-quiet" title={absent}>
      {text}
    </td>
  ) : (
    <td className={`text-left first-letter:text-mark ${RATING_FIRST[rating]}`} data-rating={rating}>
      {text}
    </td>
  );
