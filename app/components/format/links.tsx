import type { ReactNode } from "react";

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
      <a href={href}>{text}</a>
    </span>
  ));

/** The end of a page: what it shows, for programs. */
export function Downloads({
  downloads,
}: {
  downloads: ReadonlyArray<{ text: string; href: string }>;
}): ReactNode {
  return (
    <footer className="downloads">
      {downloads.map(({ text, href }) => (
        <a key={text} href={href}>
          {text}
        </a>
      ))}
    </footer>
  );
}
