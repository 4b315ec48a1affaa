import type { ReactNode } from "react";
import type { DeltaBadgeModel } from "../../presenters/comparison/delta-badge";

/** A change as colour, sign, arrow and word together. */
export function DeltaMark({ delta: { tone, mark, word } }: { delta: DeltaBadgeModel }): ReactNode {
  return (
    <span className="delta" data-tone={tone}>
      {mark !== null && <strong>{mark}</strong>} {word}
    </span>
  );
}

/**
 * A change on a card, line by line: the badge, its interval, what the shares say, and on how much it rests. Changes are of
 * the p75, whichever percentile is `shown`.
 */
export function CardDelta({ delta, shown }: { delta: DeltaBadgeModel; shown: string }): ReactNode {
  const { size, interval, n, good, notes } = delta;
  return (
    <span className="card-delta">
      <span>
        {shown !== "p75" && "p75 "}
        <DeltaMark delta={delta} />
      </span>
      {interval !== null && (
        <span>
          {size !== null && `${size} `}({interval})
        </span>
      )}
      {notes.map((note) => (
        <span key={note}>{note}</span>
      ))}
      {good !== null && <span>{good}</span>}
      <span>n {n} compared</span>
    </span>
  );
}

/** The badge, and beside it the size of what is only told. */
const CellMark = ({ delta }: { delta: DeltaBadgeModel }): ReactNode => (
  <span>
    <DeltaMark delta={delta} />
    {delta.size !== null && <span className="quiet"> {delta.size}</span>}
  </span>
);

/** A change in the cell of a table: the badge, and under it interval and samples. */
export function CellDelta({
  delta,
  href = null,
}: {
  delta: DeltaBadgeModel;
  href?: string | null;
}): ReactNode {
  const { interval, shortN, notes } = delta;
  return (
    <span className="cell-delta">
      {href === null ? (
        <CellMark delta={delta} />
      ) : (
        <a href={href}>
          <CellMark delta={delta} />
        </a>
      )}
      <span className="small quiet">
        {interval !== null && (
          <>
            <span>{interval}</span>
            <span className="between"> · </span>
          </>
        )}
        <span>n {shortN}</span>
      </span>
      {notes.length > 0 && <span className="sr-only">{notes.join(", ")}</span>}
    </span>
  );
}
