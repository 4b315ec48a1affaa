import type { ReactNode } from "react";
import type { DeltaBadgeModel } from "../../presenters/comparison/delta-badge";
import { TONE_TEXT } from "./tone-classes";

/** A change as colour, sign, arrow and word together. */
export function DeltaMark({ delta: { tone, mark, word } }: { delta: DeltaBadgeModel }): ReactNode {
  return (
    <span className={TONE_TEXT[tone] || undefined} data-tone={tone}>
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
    <span className="mb-2 grid border-t border-line pt-1.5 text-xs text-quiet">
      <span className="text-sm">
        {shown !== "p75" && <span className="text-xs">p75 </span>}
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

/**
 * A change in the cell of a table: the badge with the size of what is no verdict, and under it interval and samples: a line
 * each, or both on one where the page is at its widest.
 */
export function CellDelta({
  delta,
  href = null,
}: {
  delta: DeltaBadgeModel;
  href?: string | null;
}): ReactNode {
  const { size, interval, shortN, notes } = delta;
  const badge = (
    <>
      <DeltaMark delta={delta} />
      {size !== null && ` ${size}`}
    </>
  );
  return (
    <small className="grid xl:block">
      <span className="block">
        {href === null ? (
          badge
        ) : (
          <a href={href} className="inline-block leading-6 underline coarse:leading-11">
            {badge}
          </a>
        )}
      </span>
      {interval !== null && <span>{interval}</span>} <span>n {shortN}</span>
      {notes.length > 0 && <span className="sr-only">{notes.join(", ")}</span>}
    </small>
  );
}
