import { Fragment, type ReactNode } from "react";
import { TextLink } from "./text-link";

type LinkModel = { text: string; href: string };

/** Links in a sentence; `between` separates two of them. */
export const Links = ({
  links,
  between = " · ",
}: {
  links: readonly LinkModel[];
  between?: string;
}): ReactNode =>
  links.map(({ text, href }, i) => (
    <Fragment key={href}>
      {i > 0 && between}
      <TextLink href={href}>{text}</TextLink>
    </Fragment>
  ));

/** The end of a page: the same data for programs. */
export function Downloads({ downloads }: { downloads: readonly LinkModel[] }): ReactNode {
  return (
    <footer className="mt-8 border-t border-line pt-3 print:hidden">
      <ul className="flex flex-wrap gap-x-6 gap-y-1">
        {downloads.map(({ text, href }) => (
          <li key={text}>
            <TextLink href={href} within="row">
              {text}
            </TextLink>
          </li>
        ))}
      </ul>
    </footer>
  );
}
