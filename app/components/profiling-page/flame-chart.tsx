import type { ReactNode } from "react";
import type { FlameChartModel, FlameFrame, SliceModel } from "../../presenters/profiling-page/flame-chart";
import { SmallPrint } from "../format/small-print";
import { TextLink } from "../format/text-link";

/** Height of a row, in px: the least that a target may have. */
const ROW = 24;

/** The service's own code is darkest. Every fill leaves its text a contrast of 4.5:1. */
const FILLS: Readonly<Record<FlameFrame["look"], string>> = {
  app: "fill-flame-1",
  package: "fill-flame-2",
  node: "fill-flame-3",
  engine: "fill-panel",
  match: "fill-warning",
};

const LEGEND: ReadonlyArray<{ look: FlameFrame["look"]; text: string }> = [
  { look: "app", text: "this service" },
  { look: "package", text: "packages" },
  { look: "node", text: "Node" },
  { look: "engine", text: "V8 and native" },
  { look: "match", text: "matches the search" },
];

/** Frames under their callers. Each is a link that gives it all of the width. */
export function FlameChart({ chart }: { chart: FlameChartModel }): ReactNode {
  const { summary, frames, rows, omitted, allHref, orders, slices } = chart;
  return (
    <>
      {orders.length > 0 && (
        <nav aria-label="Order of the chart" className="mb-1 print:hidden">
          <ul className="flex flex-wrap gap-x-4">
            {orders.map(({ text, href, current }) => (
              <li key={text}>
                <TextLink href={href} within="row" aria-current={current ? "true" : undefined}>
                  {text}
                </TextLink>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <p className="mb-2 wrap-anywhere">
        {summary} {allHref !== null && <TextLink href={allHref}>Show all of it</TextLink>}
      </p>
      {slices.length > 0 && <Overview slices={slices} />}
      {frames.length > 0 && (
        <figure className="rounded-md border border-line bg-panel p-1" aria-label={chart.title}>
          {/* biome-ignore lint/a11y/noSvgWithoutTitle: its title would be the tooltip of every frame */}
          <svg className="block w-full" height={rows * ROW}>
            {frames.map((frame) => (
              <Frame key={frame.key} frame={frame} />
            ))}
          </svg>
        </figure>
      )}
      <ul className="mt-2 flex flex-wrap gap-x-4 text-xs text-quiet">
        {LEGEND.filter(({ look }) => look !== "match" || frames.some((one) => one.look === "match")).map(
          ({ look, text }) => (
            <li key={look}>
              <svg className="mr-1 inline-block h-3 w-3 align-[-2px]" aria-hidden="true">
                <rect className={`${FILLS[look]} stroke-control`} width="100%" height="100%" />
              </svg>
              {text}
            </li>
          ),
        )}
      </ul>
      {omitted.map((sentence) => (
        <SmallPrint key={sentence}>{sentence}</SmallPrint>
      ))}
    </>
  );
}

/** An `<svg>` of its own cuts the text off at the edge of the frame. */
const Frame = ({
  frame: { row, x, width, text, wideOnly, title, href, look },
}: {
  frame: FlameFrame;
}): ReactNode => (
  // biome-ignore lint/a11y/noSvgWithoutTitle: the title belongs to the link
  <svg x={`${x}%`} y={row * ROW} width={`${width}%`} height={ROW}>
    <a href={href}>
      <title>{title}</title> <rect className={`${FILLS[look]} stroke-panel`} width="100%" height="100%" />
      {text !== null && (
        <text className={`fill-text text-xs${wideOnly ? " max-sm:hidden" : ""}`} x="4" y="16">
          {text}
        </text>
      )}{" "}
    </a>
  </svg>
);

/** How busy the process was: a bar for each part of the time, which leads to it. */
const Overview = ({ slices }: { slices: readonly SliceModel[] }): ReactNode => (
  <figure className="mb-2 rounded-md border border-line bg-panel p-1" aria-label="Running time, part by part">
    {/* biome-ignore lint/a11y/noSvgWithoutTitle: its title would be the tooltip of every bar */}
    <svg className="block h-12 w-full">
      {slices.map(({ x, width, height, title, href }) => (
        <a key={x} href={href}>
          <title>{title}</title> <rect className="fill-panel" x={`${x}%`} width={`${width}%`} height="100%" />
          <rect
            className="fill-control stroke-panel"
            x={`${x}%`}
            y={`${100 - height}%`}
            width={`${width}%`}
            height={`${height}%`}
          />
        </a>
      ))}
    </svg>
  </figure>
);
