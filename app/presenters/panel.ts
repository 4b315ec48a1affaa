/** What one panel of a page shows, or, where that could not be had, what to tell the reader. */
export type Panel<T> = { ok: true; value: T } | { ok: false; message: string };

/** The panel with its value made into another; a failed one stays as it is. */
export const mapPanel = <From, To>(panel: Panel<From>, make: (value: From) => To): Panel<To> =>
  panel.ok ? { ok: true, value: make(panel.value) } : panel;

/** Two panels' values together; the first failure where one failed. */
export function bothPanels<A, B>(a: Panel<A>, b: Panel<B>): Panel<[A, B]> {
  if (!a.ok) return a;
  return b.ok ? { ok: true, value: [a.value, b.value] } : b;
}
