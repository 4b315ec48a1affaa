import type { ReactNode } from "react";
import { type MetricCardModel, SPARKLINE } from "../../presenters/page/metric-card";
import { CardDelta } from "../comparison/delta-badge";
import { RatingMark, Value } from "../format/figure";
import { ShareBar } from "../format/share-bar";

/** One metric: its percentile with rating, shares, trend and n. It is a link that chooses the metric. */
function MetricCard({ card }: { card: MetricCardModel }): ReactNode {
  return (
    <a className="card" href={card.href} aria-current={card.current ? "true" : undefined}>
      <span className="card-head">
        <abbr title={card.name}>{card.metric}</abbr> <span className="quiet">{card.percentile}</span>
      </span>
      {card.value === null ? (
        <span className="card-absent">{card.absent}</span>
      ) : (
        <>
          <span className="card-value">
            <RatingMark rating={card.rating} words={null} /> <Value {...card.value} />
          </span>
          <span className="card-rating" data-rating={card.rating}>
            {card.ratingWords}
          </span>
        </>
      )}
      {card.delta !== null && <CardDelta delta={card.delta} shown={card.percentile} />}
      {card.shares !== null && <ShareBar shares={card.shares} />}
      {card.trend !== null && <Sparkline trend={card.trend} />}
      {card.shares !== null && <span className="card-n">n {card.n}</span>}
    </a>
  );
}

/** The five cards in a row; on narrow screens two by two, the chosen one across. */
export function MetricCards({ cards }: { cards: readonly MetricCardModel[] }): ReactNode {
  return (
    <nav className="cards" aria-label="Web Vitals">
      {cards.map((card) => (
        <MetricCard key={card.metric} card={card} />
      ))}
    </nav>
  );
}

function Sparkline({ trend: { path, dots } }: { trend: NonNullable<MetricCardModel["trend"]> }): ReactNode {
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${SPARKLINE.width} ${SPARKLINE.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
      {dots.length > 0 && (
        <path className="sparkline-dots" d={dots.map(({ x, y }) => `M${x} ${y}h.01`).join("")} />
      )}
    </svg>
  );
}
