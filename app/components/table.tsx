import type { ReactNode } from "react";

/** A table that scrolls in its own box, its first column staying in sight. */
export function TableBox({
  label,
  className = "table",
  boxClass = "scroll-box",
  head,
  children,
}: {
  /** What the table is, for who does not see it. */
  label: string;
  className?: string;
  boxClass?: string;
  /** The cells of its head. */
  head: ReactNode;
  /** Its rows. */
  children: ReactNode;
}): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={boxClass} tabIndex={0} aria-label={label}>
      <table className={className}>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** The pages of a table: where one is, and how to get on. */
export function Paging({
  label,
  text,
  previous,
  next,
  all = null,
}: {
  label: string;
  text: string;
  previous: { href: string; text: string } | null;
  next: string | null;
  all?: string | null;
}): ReactNode {
  return (
    <nav className="paging" aria-label={label}>
      {previous !== null && (
        <a href={previous.href} rel="prev">
          {previous.text}
        </a>
      )}
      <span>{text}</span>
      {next !== null && (
        <a href={next} rel="next">
          Next
        </a>
      )}
      {all !== null && <a href={all}>All on one page</a>}
    </nav>
  );
}

/** What explains a table, under it. */
export const Notes = ({ notes }: { notes: readonly string[] }): ReactNode =>
  notes.map((note) => (
    <p key={note} className="quiet small">
      {note}
    </p>
  ));
