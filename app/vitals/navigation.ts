/** Navigation types, as web-vitals names them. */
export const NAVIGATION_TYPES = [
  "navigate",
  "reload",
  "back-forward",
  "back-forward-cache",
  "prerender",
  "restore",
  "soft-navigation",
] as const;

export type NavigationType = (typeof NAVIGATION_TYPES)[number];

/** What the summaries keep apart: hard loads, restores from the back/forward cache, soft navigations. */
export const NAVIGATION_CLASSES = ["load", "bfcache", "soft"] as const;

export type NavigationClass = (typeof NAVIGATION_CLASSES)[number];

export const isNavigationType = (value: unknown): value is NavigationType =>
  NAVIGATION_TYPES.includes(value as NavigationType);

/** An absent type counts as a load. */
export function navigationClassOf(type: string | null): NavigationClass {
  if (type === "back-forward-cache") return "bfcache";
  return type === "soft-navigation" ? "soft" : "load";
}
