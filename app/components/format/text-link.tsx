import type { AnchorHTMLAttributes, ReactNode } from "react";

/** Every target has 24 px, and 44 px for a finger. */
const TARGETS = {
  /** Among words: for a finger it reaches into the lines above and below. */
  sentence: "inline-block leading-6 coarse:-my-2.5 coarse:py-2.5",
  /** In a row of links. */
  row: "inline-flex min-h-6 items-center coarse:min-h-11",
  /** In the cell of a table. */
  cell: "inline-block leading-6 coarse:leading-11",
} as const;

export type TextLinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "className"> & {
  /** Where the link is, for the size of its target. */
  within?: keyof typeof TARGETS;
};

/** A link that looks like one; the current one (`aria-current`) is dark and semibold. */
export function TextLink({ within = "sentence", children, ...attributes }: TextLinkProps): ReactNode {
  const isCurrent = attributes["aria-current"] !== undefined;
  const look = isCurrent ? "font-semibold text-text" : "text-link";
  // In a row of pages the current one is where one is; in a table it can still be followed, to turn its order.
  const line = isCurrent && within === "row" ? "" : " underline";
  return (
    <a {...attributes} className={`${TARGETS[within]} ${look}${line}`}>
      {children}
    </a>
  );
}
