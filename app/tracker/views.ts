import { toLabel } from "./text";

/** Views that are remembered; a single-page application may show any number of them in a day. */
const MOST_VIEWS = 100;

/** How a view got its route: from the view before, by what the document declares, or by name. */
const INHERITED = 0;
const DECLARED = 1;
const NAMED = 2;

/** What the application showed from one change of its URL or route to the next. */
export type View = {
  /** The URL that it began with, and the one that `replaceState` has made of it since. */
  firstURL: string;
  url: string;
  /** Identifies the entry of the session history; replacing an entry does not change it. */
  entry: unknown;
  /** When it began, in ms of `performance.now()`. */
  startedAt: number;
  route: string | undefined;
  origin: number;
  /** From the first measurement on, its route is final, and another one begins another view. */
  isMeasured: boolean;
};

export type Surroundings = {
  currentURL(): string;
  currentEntry(): unknown;
  /** What the page itself declares now (`window.vitals.route`, `<meta name="vitals-route">`). */
  declaredRoute(): string | undefined;
  now(): number;
};

/** How web-vitals describes the navigation that it measured. */
export type Navigation = { navigationType: string; navigationURL?: string; navigationStartTime?: number };

export type Views = {
  /** Names the route of the current view; anything but a route removes it. */
  set(route: unknown): void;
  /** Reads the current URL and what the page declares. */
  notice(): void;
  /** From the first interaction on, another URL is another view, also where it replaces the one before. */
  interact(): void;
  /** The document came back from the back/forward cache. */
  restore(): void;
  /** The view and URL of a navigation that something was measured of. */
  measure(navigation: Navigation): { view: View; url: string };
};

const withoutQuery = (url: string): string => url.replace(/[?#].*/s, "");

/**
 * The views of a document. Measurements are reported late, often when the next view is current, so each belongs to
 * the view of its own navigation: the load, a restore or a soft navigation.
 * @param load the URL that was loaded, its entry in the session history, and its route where the script's element
 *   has one
 */
export function createViews(
  load: { url: string; entry: unknown; route: string | undefined },
  { currentURL, currentEntry, declaredRoute, now }: Surroundings,
): Views {
  const begin = (url: string, entry: unknown, route: string | undefined, origin: number): View => ({
    ...{ firstURL: url, url, entry, startedAt: now(), route },
    ...{ origin, isMeasured: false },
  });
  const first = begin(load.url, load.entry, load.route, load.route ? NAMED : INHERITED);
  const views = [first];
  let current = first;
  let restored = first;
  let isInteractive = false;
  let declared: string | undefined;
  let isMaintained = false;

  const enter = (route: string | undefined, origin: number) => {
    current = begin(currentURL(), currentEntry(), route, origin);
    if (views.push(current) > MOST_VIEWS) views.shift();
  };

  const move = () => {
    const url = currentURL();
    const isReplaced = currentEntry() === current.entry;
    if (isReplaced && (url === current.url || !isInteractive)) {
      // An application that corrects its first URL has not navigated.
      current.url = url;
      return;
    }
    const known = views.filter((view) => view.origin && view.url === url).pop();
    const isSamePath = withoutQuery(url) === withoutQuery(current.url);
    enter((known ?? (isSamePath ? current : undefined))?.route, INHERITED);
  };

  const name = (route: string | undefined, origin: number) => {
    if (current.isMeasured && current.origin && current.route !== route) enter(route, origin);
    current.route = route;
    current.origin = route ? origin : INHERITED;
  };

  const notice = () => {
    move();
    const route = declaredRoute();
    if (!route) return;
    const isNew = route !== declared;
    // A declaration that never changes was rendered once by the server and belongs to the load alone.
    if (isNew && declared) isMaintained = true;
    declared = route;
    if (isNew && (isMaintained || current === first)) {
      if (current.origin < NAMED) name(route, DECLARED);
    } else if (isMaintained && !current.origin) {
      // It may be of the view before, until the application has changed it.
      current.route = route;
    }
  };
  notice();

  const measuredView = ({ navigationType, navigationURL, navigationStartTime = 0 }: Navigation): View => {
    if (navigationType === "back-forward-cache") return restored;
    if (navigationType !== "soft-navigation" || !navigationURL) return first;
    const same = views.filter(({ url, firstURL }) => url === navigationURL || firstURL === navigationURL);
    return (
      same.find(({ startedAt }) => startedAt >= navigationStartTime) ??
      same.pop() ??
      begin(navigationURL, null, undefined, INHERITED)
    );
  };

  return {
    set(route) {
      move();
      name(toLabel(route), NAMED);
    },
    notice,
    interact() {
      move();
      isInteractive = true;
    },
    restore() {
      move();
      enter(current.route, current.origin);
      restored = current;
    },
    measure(navigation) {
      const view = measuredView(navigation);
      view.isMeasured = true;
      if (view === first) return { view, url: load.url };
      const isSoft = navigation.navigationType === "soft-navigation";
      return { view, url: (isSoft && navigation.navigationURL) || view.url };
    },
  };
}
