import type { ReactNode } from "react";
import { TextLink } from "./text-link";

/** Links, one after the other; `between` stands between two. */
export const Links = ({
  links,
  between = " · ",
}: {
  links: ReadonlyArray<{ text: string; href: string }>;
  between?: string;
}): ReactNode =>
  links.map(({ text, href }, i) => (
    <span key={href}>
      {i > 0 && between}
      <TextLink href={href}>{text}</TextLink>
    </span>
  ));

/** The end of a page: what it shows, for programs. */
export function Downloads({
  downloads,
}: {
  downloads: ReadonlyArray<{ text: string; href: string }>;
}): ReactNode {
  return (
    <footer className="mt-8 flex flex-wrap gap-x-6 gap-y-1 border-t border-line pt-3 print:hidden">
      {downloads.map(({ text, href }) => (
        <TextLink key={text} href={href} within="row">
          {text}
        </TextLink>
      ))}
    </footer>
  );
}
