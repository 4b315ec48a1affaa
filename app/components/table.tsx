import type { ReactNode } from "react";
import { SmallPrint } from "./format/small-print";
import { TextLink } from "./format/text-link";

const BOX =
  "relative mb-2 overflow-auto rounded-md border border-line bg-panel print:max-h-none print:overflow-visible print:border-0";

// A table has hundreds of cells: what they share is written once. The first one of a row has the row's ground, for the others
// scroll under it. On paper nothing scrolls, so that a table is smaller.
const TABLE =
  "whitespace-nowrap text-right cells:px-2 cells:font-normal xl:cells:px-3 names:sticky names:left-0 names:bg-inherit names:text-left print:text-[10px] print:leading-3.5 print:cells:px-1";
const HEAD = "align-baseline text-xs text-quiet cells:py-1.5 print:text-[10px]";
const BODY =
  "align-baseline cells:py-[3px] names:text-text rows:border-t rows:border-line rows:bg-panel hover:rows:bg-ground print:rows:break-inside-avoid";

/** A table that scrolls in its own box, its first column staying in sight. */
export function TableBox({
  label,
  tall = false,
  narrow = false,
  head,
  children,
}: {
  /** What the table is, for who does not see it. */
  label: string;
  /** Whether it has so many rows that they scroll, too. */
  tall?: boolean;
  /** Whether it is only as wide as its content. */
  narrow?: boolean;
  /** The cells of its head. */
  head: ReactNode;
  /** Its rows. */
  children: ReactNode;
}): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={tall ? `${BOX} max-h-100` : BOX} tabIndex={0} aria-label={label}>
      <table className={narrow ? TABLE : `${TABLE} min-w-full`}>
        <thead className={HEAD}>
          <tr className="bg-panel">{head}</tr>
        </thead>
        <tbody className={BODY}>{children}</tbody>
      </table>
    </section>
  );
}

/** The head of a column; that of a `number` stands at the right, as the number does. */
export function ColumnHead({
  number = false,
  title,
  sort,
  children,
}: {
  number?: boolean;
  title?: string;
  /** How the table is ordered by it. */
  sort?: "ascending" | "descending";
  children: ReactNode;
}): ReactNode {
  return (
    <th scope="col" className={number ? undefined : "text-left"} title={title} aria-sort={sort}>
      {children}
    </th>
  );
}

/** A row; one that is `quiet` has too few samples for figures. */
export const Row = ({ quiet = false, children }: { quiet?: boolean; children: ReactNode }): ReactNode => (
  <tr className={quiet ? "text-quiet" : undefined}>{children}</tr>
);

/** The first cell of a row, which names it and stays in sight; `wide` ones take what is left and break lines. */
export const RowHead = ({ wide = false, children }: { wide?: boolean; children: ReactNode }): ReactNode => (
  <th scope="row" className={wide ? "w-full min-w-36 whitespace-normal wrap-anywhere" : undefined}>
    {children}
  </th>
);

/** A row's name as a link; a long one is cut. */
export const RowLink = ({
  href,
  title,
  current = false,
  children,
}: {
  href: string;
  title?: string;
  current?: boolean;
  children: ReactNode;
}): ReactNode => (
  <a
    href={href}
    title={title}
    aria-current={current ? "true" : undefined}
    className={`inline-block max-w-name overflow-clip text-ellipsis leading-6 underline coarse:leading-11 ${current ? "font-semibold" : "text-link"}`}
  >
    {children}
  </a>
);

/** A cell with a number. */
export const NumberCell = ({ children }: { children: ReactNode }): ReactNode => <td>{children}</td>;

/** A cell with words. */
export const TextCell = ({ children }: { children: ReactNode }): ReactNode => (
  <td className="text-left">{children}</td>
);

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
    <nav className="my-2 flex flex-wrap items-center gap-x-6 gap-y-1 print:hidden" aria-label={label}>
      {previous !== null && (
        <TextLink href={previous.href} rel="prev" within="row">
          {previous.text}
        </TextLink>
      )}
      <span>{text}</span>
      {next !== null && (
        <TextLink href={next} rel="next" within="row">
          Next
        </TextLink>
      )}
      {all !== null && (
        <TextLink href={all} within="row">
          All on one page
        </TextLink>
      )}
    </nav>
  );
}

/** What explains a table, under it. */
export const Notes = ({ notes }: { notes: readonly string[] }): ReactNode =>
  notes.map((note) => <SmallPrint key={note}>{note}</SmallPrint>);
