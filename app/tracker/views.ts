import { toLabel } from "./text";

/** Bound of the views in memory: a single-page application may have any number of them. */
const MAX_VIEWS = 100;

/** Origin of a view's route: the previous view, the document's declaration, or `setRoute`. */
const INHERITED = 0;
const DECLARED = 1;
const NAMED = 2;

/** A period of the page between two changes of its URL or route. */
export type View = {
  /** The URL at the start of the view. `url` is the current one, after `replaceState`. */
  firstURL: string;
  url: string;
  /** Identifies the entry of the session history; replacing an entry does not change it. */
  entry: unknown;
  /** In ms of `performance.now()`. */
  startedAt: number;
  route: string | undefined;
  origin: number;
  /** After its first measurement the route is final: another route starts another view. */
  isMeasured: boolean;
};

export type Surroundings = {
  currentURL(): string;
  currentEntry(): unknown;
  /** The route that the page declares now (`window.vitals.route`, `<meta name="vitals-route">`). */
  declaredRoute(): string | undefined;
  now(): number;
};

export type Navigation = { navigationType: string; navigationURL?: string; navigationStartTime?: number };

export type Views = {
  /** Sets the route of the current view; an invalid route removes it. */
  set(route: unknown): void;
  /** Updates the views from the current URL and the declared route. */
  notice(): void;
  /** After the first interaction a replaced URL starts a new view, too. */
  interact(): void;
  /** Starts the view of a restore from the back/forward cache. */
  restore(): void;
  /** Marks the view of a navigation as measured; returns it with its URL. */
  measure(navigation: Navigation): { view: View; url: string };
};

const withoutQuery = (url: string): string => url.replace(/[?#].*/s, "");

/**
 * The views of a document. Reports come late, often during the next view, so each is assigned to the view of its own
 * navigation: the load, a restore or a soft navigation.
 * @param load the loaded URL, its entry in the session history, and the route on the script's element
 */
export function createViews(
  load: { url: string; entry: unknown; route: string | undefined },
  { currentURL, currentEntry, declaredRoute, now }: Surroundings,
): Views {
  const begin = (url: string, entry: unknown, route: string | undefined, origin: number): View => ({
    firstURL: url,
    url,
    entry,
    startedAt: now(),
    route,
    origin,
    isMeasured: false,
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
    if (views.push(current) > MAX_VIEWS) views.shift();
  };

  const move = () => {
    const url = currentURL();
    const isReplaced = currentEntry() === current.entry;
    if (isReplaced && (url === current.url || !isInteractive)) {
      // Before an interaction a replaced URL corrects the first one: no navigation.
      current.url = url;
      return;
    }
    const earlier = views.filter((view) => view.origin && view.url === url).pop();
    const isSamePath = withoutQuery(url) === withoutQuery(current.url);
    enter((earlier ?? (isSamePath ? current : undefined))?.route, INHERITED);
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
    // A declaration that never changes was rendered by the server, and belongs to the load only.
    if (isNew && declared) isMaintained = true;
    declared = route;
    if (isNew && (isMaintained || current === first)) {
      if (current.origin < NAMED) name(route, DECLARED);
    } else if (isMaintained && !current.origin) {
      // Until the application updates it, the declaration may belong to the previous view.
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
