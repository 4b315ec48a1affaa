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

/** How a document was delivered, where the navigation's entry says more than "over the network". */
export const DELIVERY_TYPES = ["navigational-prefetch", "cache"] as const;

export type DeliveryType = (typeof DELIVERY_TYPES)[number];

/**
 * What can be looked at apart: loads, loads that were prerendered and waited for their activation, restores from the
 * back/forward cache, soft navigations.
 */
export const NAVIGATION_CLASSES = ["load", "prerender", "bfcache", "soft"] as const;

export type NavigationClass = (typeof NAVIGATION_CLASSES)[number];

/** What the summaries keep apart: of the loads also those whose document speculation rules had prefetched. */
export type StoredNavigation = NavigationClass | "prefetch";

/** The summaries that a class is made of. */
export const STORED_NAVIGATIONS: Readonly<Record<NavigationClass, readonly StoredNavigation[]>> = {
  load: ["load", "prefetch"],
  prerender: ["prerender"],
  bfcache: ["bfcache"],
  soft: ["soft"],
};

export const isNavigationType = (value: unknown): value is NavigationType =>
  NAVIGATION_TYPES.includes(value as NavigationType);

export const isDeliveryType = (value: unknown): value is DeliveryType =>
  DELIVERY_TYPES.includes(value as DeliveryType);

/** The class of a navigation by its type; an absent type counts as a load. */
export function navigationClassOf(type: string | null): NavigationClass {
  if (type === "back-forward-cache") return "bfcache";
  if (type === "prerender") return "prerender";
  return type === "soft-navigation" ? "soft" : "load";
}

/** Where the summaries count a navigation. */
export function storedNavigationOf(type: string | null, delivery: string | null): StoredNavigation {
  const navigation = navigationClassOf(type);
  return navigation === "load" && delivery === "navigational-prefetch" ? "prefetch" : navigation;
}

/** Whether a stored navigation belongs to a class; `null` is all of them. */
export const isOfClass = (stored: StoredNavigation, navigation: NavigationClass | null): boolean =>
  navigation === null || STORED_NAVIGATIONS[navigation].includes(stored);
