import type { ReactNode } from "react";
import type { DeltaBadgeModel } from "../presenters/delta-badge";

/** A change as colour, sign, arrow and word together. */
export function DeltaMark({ delta: { tone, mark, word } }: { delta: DeltaBadgeModel }): ReactNode {
  return (
    <span className="delta" data-tone={tone}>
      {mark !== null && <strong>{mark}</strong>} {word}
    </span>
  );
}

/** A change on a card, line by line: the badge, its interval, what the shares say, and on how much it rests. */
export function CardDelta({ delta }: { delta: DeltaBadgeModel }): ReactNode {
  const { size, interval, n, good, notes } = delta;
  return (
    <span className="card-delta">
      <DeltaMark delta={delta} />
      {interval !== null && (
        <span>
          {size !== null && `${size} `}({interval})
        </span>
      )}
      {notes.map((note) => (
        <span key={note}>{note}</span>
      ))}
      {good !== null && <span>{good}</span>}
      <span>n {n}</span>
    </span>
  );
}

/** A change in the cell of a table: the badge, and under it interval and samples. */
export function CellDelta({
  delta,
  href = null,
}: {
  delta: DeltaBadgeModel;
  href?: string | null;
}): ReactNode {
  const { size, interval, n, notes, title } = delta;
  return (
    <span className="cell-delta" title={title}>
      {href === null ? (
        <DeltaMark delta={delta} />
      ) : (
        <a href={href}>
          <DeltaMark delta={delta} />
        </a>
      )}
      <span className="small quiet">
        {interval !== null && `${size === null ? "" : `${size} `}${interval} · `}n {n}
      </span>
      {notes.length > 0 && <span className="sr-only">{notes.join(", ")}</span>}
    </span>
  );
}
