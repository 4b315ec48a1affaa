import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import { type MetricCardModel, SPARKLINE } from "../../presenters/page/metric-card";
import type { Rating } from "../../vitals/metrics";
import { CardDelta } from "../comparison/delta-badge";
import { RATING_TEXT } from "../format/rating-classes";
import { ShareBar } from "../format/share-bar";

type Rated = Extract<MetricCardModel, { rating: Rating }>;

/** The current one stands across the others where they are two by two. */
const CARD =
  "flex flex-col rounded-md border border-line bg-panel p-3 hover:border-control aria-current:border-t-[3px] aria-current:border-text aria-current:pt-2.5 max-sm:aria-current:order-first max-sm:aria-current:col-span-full print:break-inside-avoid";

/** One metric: its percentile with rating, shares, trend and n. It is a link that chooses the metric. */
function MetricCard({ card }: { card: MetricCardModel }): ReactNode {
  return (
    <a className={CARD} href={card.href} aria-current={card.current ? "true" : undefined}>
      <span>
        <abbr title={card.name} className="font-semibold text-link underline decoration-solid">
          {card.metric}
        </abbr>{" "}
        <span className="text-quiet">{card.percentile}</span>
      </span>
      {card.value === null ? (
        <span className="mb-7 text-xl leading-10 text-quiet">{card.absent}</span>
      ) : (
        <>
          <CardValue {...card.value} rating={card.rating} />
          <span className={`mb-2 ${RATING_TEXT[card.rating]}`} data-rating={card.rating}>
            {card.ratingWords}
          </span>
        </>
      )}
      {card.delta !== null && <CardDelta delta={card.delta} shown={card.percentile} />}
      {card.shares !== null && <ShareBar shares={card.shares} />}
      {card.trend !== null && <Sparkline trend={card.trend} />}
      {card.shares !== null && <span className="text-xs leading-5 text-quiet">n {card.n}</span>}
    </a>
  );
}

function CardValue({ rating, number, unit }: Pick<Rated, "rating"> & Rated["value"]): ReactNode {
  return (
    <span className="whitespace-nowrap text-3xl">
      <span
        aria-hidden="true"
        className={`mr-2 inline-block w-6 text-center align-[0.25rem] text-xl ${RATING_TEXT[rating]}`}
        data-rating={rating}
      >
        {RATING_SHAPES[rating]}
      </span>
      {number}
      {unit !== "" && <span className="text-xl text-quiet">{`\u2009${unit}`}</span>}
    </span>
  );
}

/** The five cards in a row; on narrow screens two by two, the chosen one across. */
export function MetricCards({ cards }: { cards: readonly MetricCardModel[] }): ReactNode {
  return (
    <nav className="grid grid-cols-2 gap-2 sm:grid-cols-3 sm:gap-3 lg:grid-cols-5" aria-label="Web Vitals">
      {cards.map((card) => (
        <MetricCard key={card.metric} card={card} />
      ))}
    </nav>
  );
}

function Sparkline({ trend: { path, dots } }: { trend: NonNullable<MetricCardModel["trend"]> }): ReactNode {
  return (
    <svg
      className="mt-2 h-7 w-full overflow-visible fill-none stroke-text"
      viewBox={`0 0 ${SPARKLINE.width} ${SPARKLINE.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="chart-line stroke-1.5" d={path} />
      {dots.length > 0 && (
        <path className="chart-line stroke-4" d={dots.map(({ x, y }) => `M${x} ${y}h.01`).join("")} />
      )}
    </svg>
  );
}
