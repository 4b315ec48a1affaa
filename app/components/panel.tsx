import type { ReactNode } from "react";
import { Note } from "./note";

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
    <section className="mt-8" aria-labelledby={`${id}-title`} id={id}>
      <div className="mb-2 flex min-h-8 flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h2 id={`${id}-title`} className="font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What stands in a panel that could not be made: the rest of the page is fine. */
export function PanelError({ message }: { message: string }): ReactNode {
  return (
    <Note tone="error" role="alert">
      {message}
    </Note>
  );
}
