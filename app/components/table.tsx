import type { ReactNode } from "react";
import { SmallPrint } from "./format/small-print";
import { TextLink } from "./format/text-link";

const BOX =
  "relative overflow-auto rounded-md border border-line bg-panel print:max-h-none print:overflow-visible print:border-0";

// A table has hundreds of cells, so the classes that they share are on the table. The first cell of a row has the row's ground,
// because the others scroll under it. On paper nothing scrolls, so a table is smaller there.
const TABLE =
  "whitespace-nowrap text-right cells:px-1.5 [&_th]:font-normal names:sticky names:left-0 names:bg-inherit names:text-left print:text-[10px] print:leading-3.5 print:cells:px-1";
const AIRY = "sm:cells:px-2 xl:cells:px-3";
/** For the columns of a comparison on 1,280 px. */
const DENSE = "sm:cells:px-1 xl:cells:px-2 sm:[--gap:0.5rem] xl:[--gap:1rem]";
const HEAD = "align-baseline text-xs text-quiet cells:py-1 print:text-[10px]";
const BODY =
  "align-baseline cells:py-[3px] names:text-text rows:border-t rows:border-line rows:bg-panel hover:rows:bg-ground print:rows:break-inside-avoid labels:sr-only labels:content-['_'_attr(data-label)]";

/**
 * Around the box of a long table: laying it out costs more than the rest of a page, so it waits until what is above it is
 * painted. It has the height of its rows, so that nothing moves. It is no class of the box itself: in
 * Chromium, a scroll container whose content was hidden counts as a layout shift.
 */
const LATE = "mb-2 animate-late print:animate-none";
const LATE_HEIGHTS = {
  25: "[contain-intrinsic-height:52.5625rem] coarse:[contain-intrinsic-height:86.3125rem]",
  50: "[contain-intrinsic-height:101rem] coarse:[contain-intrinsic-height:166rem]",
} as const;

const WIDE_ONLY = "max-sm:hidden";

const classesOf = ({ number, wideOnly }: { number: boolean; wideOnly: boolean }): string | undefined => {
  if (number) return wideOnly ? WIDE_ONLY : undefined;
  return wideOnly ? `${WIDE_ONLY} text-left` : "text-left";
};

/** A table that scrolls in its own box, its first column staying in sight. */
export function TableBox({
  label,
  tall = false,
  narrow = false,
  dense = false,
  late = null,
  samples = null,
  head,
  subhead = null,
  children,
}: {
  /** Its accessible name. */
  label: string;
  /** Whether it has so many rows that they scroll, too. */
  tall?: boolean;
  /** Whether it is only as wide as its content. */
  narrow?: boolean;
  /** Whether it has so many columns that they stand closer. */
  dense?: boolean;
  /** How many rows it has (more: 50), where they are laid out after the first paint. */
  late?: keyof typeof LATE_HEIGHTS | null;
  /** Characters of the largest number of samples in its figure cells; `null` where they have none. */
  samples?: number | null;
  /** The cells of its head. */
  head: ReactNode;
  /** The cells of the head's second row, where columns are in groups. */
  subhead?: ReactNode;
  /** Its rows. */
  children: ReactNode;
}): ReactNode {
  const widths = `${narrow ? "" : " min-w-full"}${samples === null ? "" : ` samples-${samples}`}`;
  const look = `${BOX}${tall ? " max-h-100" : ""}${late === null ? " mb-2" : ""}`;
  const box = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus
    <section className={look} tabIndex={0} aria-label={label}>
      <table className={`${TABLE} ${dense ? DENSE : AIRY}${widths}`}>
        <thead className={HEAD}>
          <tr className="bg-panel">{head}</tr>
          {subhead !== null && <tr className="bg-panel leading-6 coarse:leading-11">{subhead}</tr>}
        </thead>
        <tbody className={BODY}>{children}</tbody>
      </table>
    </section>
  );
  return late === null ? box : <div className={`${LATE} ${LATE_HEIGHTS[late]}`}>{box}</div>;
}

/** The head of a column, or of a group of `span` columns; that of a `number` is at the right, as the number is. */
export function ColumnHead({
  number = false,
  samples = false,
  title,
  sort,
  span = 1,
  deep = false,
  wideOnly = false,
  children,
}: {
  number?: boolean;
  /** Whether it heads figures with their samples: two words, each above its numbers. */
  samples?: boolean;
  title?: string;
  /** How the table is ordered by it. */
  sort?: "ascending" | "descending";
  span?: number;
  /** Whether it spans both rows of a head with groups. */
  deep?: boolean;
  /** Whether narrow screens leave it out. */
  wideOnly?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <th
      scope={span > 1 ? "colgroup" : "col"}
      colSpan={span > 1 ? span : undefined}
      rowSpan={deep ? 2 : undefined}
      className={samples ? "figure-head" : classesOf({ number, wideOnly })}
      title={title}
      aria-sort={sort}
    >
      {children}
    </th>
  );
}

/** A row; one that is `quiet` has too few samples for figures. */
export const Row = ({ quiet = false, children }: { quiet?: boolean; children: ReactNode }): ReactNode => (
  <tr className={quiet ? "text-quiet" : undefined}>{children}</tr>
);

/** The first cell of a row, which names it and stays in sight; `wide` ones take what is left and break lines. */
export const RowHead = ({
  wide = false,
  title,
  children,
}: {
  wide?: boolean;
  title?: string;
  children: ReactNode;
}): ReactNode => (
  <th
    scope="row"
    title={title}
    className={wide ? "w-full min-w-36 whitespace-normal wrap-anywhere" : undefined}
  >
    {children}
  </th>
);

/** A row's name as a link; a long one is truncated. */
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

/** A cell with a number; narrow screens leave out one that is `wideOnly`. */
export const NumberCell = ({
  wideOnly = false,
  children,
}: {
  wideOnly?: boolean;
  children: ReactNode;
}): ReactNode => <td className={classesOf({ number: true, wideOnly })}>{children}</td>;

/** The samples behind the figure on its left. */
export const SamplesCell = ({ children }: { children: ReactNode }): ReactNode => (
  <td className="figure-n">{children}</td>
);

/** A cell with text; narrow screens leave out one that is `wideOnly`. */
export const TextCell = ({
  wideOnly = false,
  children,
}: {
  wideOnly?: boolean;
  children: ReactNode;
}): ReactNode => <td className={classesOf({ number: false, wideOnly })}>{children}</td>;

/** The page of a table, with links to its neighbours. */
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
    <nav className="my-2 print:hidden" aria-label={label}>
      <ul className="flex flex-wrap items-center gap-x-6 gap-y-1">
        {previous !== null && (
          <li>
            <TextLink href={previous.href} rel="prev" within="row">
              {previous.text}
            </TextLink>
          </li>
        )}
        <li>{text}</li>
        {next !== null && (
          <li>
            <TextLink href={next} rel="next" within="row">
              Next
            </TextLink>
          </li>
        )}
        {all !== null && (
          <li>
            <TextLink href={all} within="row">
              All on one page
            </TextLink>
          </li>
        )}
      </ul>
    </nav>
  );
}

/** The explanations under a table. */
export const Notes = ({ notes }: { notes: readonly string[] }): ReactNode =>
  notes.map((note) => <SmallPrint key={note}>{note}</SmallPrint>);
