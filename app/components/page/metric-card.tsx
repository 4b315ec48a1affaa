import type { ReactNode } from "react";
import { RATING_SHAPES } from "../../presenters/format/labels";
import { type MetricCardModel, SPARKLINE } from "../../presenters/page/metric-card";
import type { Rating } from "../../vitals/metrics";
import { CardDelta } from "../comparison/delta-badge";
import { RATING_TEXT } from "../format/rating-classes";
import { ShareBar } from "../format/share-bar";

type Rated = Extract<MetricCardModel, { rating: Rating }>;

/** On narrow screens cards are two by two, and the chosen one spans both columns. */
const CARD =
  "relative flex flex-col rounded-md border border-line bg-panel p-3 hover:border-control print:break-inside-avoid";
const CHOSEN_CARD = `${CARD} border-t-[3px] border-t-text pt-2.5 max-sm:order-first max-sm:col-span-full`;

/** One metric: its percentile with rating, change, shares, trend and n. Its link, which covers the card, chooses the metric. */
function MetricCard({ card }: { card: MetricCardModel }): ReactNode {
  return (
    <li className={card.current ? CHOSEN_CARD : CARD} data-metric={card.metric}>
      <p className="text-quiet">
        <a
          className="font-semibold text-link underline after:absolute after:inset-0"
          href={card.href}
          title={card.name}
          aria-current={card.current ? "true" : undefined}
        >
          {card.metric}
        </a>
        {` ${card.percentile}`}
      </p>
      {card.value === null ? (
        <p className="mb-7 text-xl leading-10 text-quiet">{card.absent}</p>
      ) : (
        <>
          <CardValue {...card.value} rating={card.rating} />
          <p className={`mb-2 ${RATING_TEXT[card.rating]}`} data-rating={card.rating}>
            {card.ratingLabel}
          </p>
        </>
      )}
      {card.delta !== null && <CardDelta delta={card.delta} look={card.look} chosen={card.percentile} />}
      {card.shares !== null && <ShareBar shares={card.shares} />}
      {card.trend !== null && <Sparkline trend={card.trend} />}
      {card.shares !== null && (
        <p className="text-xs leading-5 text-quiet">{`n ${card.n} · ${card.engines}`}</p>
      )}
    </li>
  );
}

function CardValue({ rating, number, unit }: Pick<Rated, "rating"> & Rated["value"]): ReactNode {
  return (
    <p className="whitespace-nowrap text-3xl">
      <span
        aria-hidden="true"
        className={`mr-1 inline-block w-6 text-center align-[0.25rem] text-xl ${RATING_TEXT[rating]}`}
        data-rating={rating}
      >
        {RATING_SHAPES[rating]}
      </span>{" "}
      {number}
      {unit !== "" && <span className="text-xl text-quiet">{`\u202f${unit}`}</span>}
    </p>
  );
}

/** The five cards in a row; on narrow screens two by two, the chosen one across. */
export function MetricCards({ cards }: { cards: readonly MetricCardModel[] }): ReactNode {
  return (
    <nav aria-label="Web Vitals">
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3 sm:gap-3 lg:grid-cols-5">
        {cards.map((card) => (
          <MetricCard key={card.metric} card={card} />
        ))}
      </ul>
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
