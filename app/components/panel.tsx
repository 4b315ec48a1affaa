import type { ReactNode } from "react";

/** A part of a page under a heading of its own; `aside` stands opposite of it. */
export function Section({
  id,
  title,
  aside = null,
  children,
}: {
  id: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className="section" aria-labelledby={`${id}-title`} id={id}>
      <div className="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What stands in a panel that could not be made: the rest of the page is fine. */
export function PanelError({ message }: { message: string }): ReactNode {
  return (
    <p className="note note-error" role="alert">
      {message}
    </p>
  );
}
