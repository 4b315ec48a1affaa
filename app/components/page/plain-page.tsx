import type { ReactNode } from "react";

/** A page without figures: sign-in, or an error. */
export const PlainPage = ({ title, children }: { title: string; children: ReactNode }): ReactNode => (
  <main className="mx-auto max-w-page px-4 py-8">
    <h1 className="mb-3 text-xl font-semibold">{title}</h1>
    {children}
  </main>
);
