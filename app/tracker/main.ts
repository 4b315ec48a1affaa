import { type MetricWithAttribution, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";
import { toMeasurement } from "./measurement";
import { createQueue } from "./queue";
import { rememberTargets, selectorOf } from "./selectors";
import { createSender } from "./send";
import { readSettings, type ScriptTag } from "./settings";
import { toLabel } from "./text";
import { toPage } from "./urls";
import { createViews } from "./views";

/** The measuring library's name and version; the build puts it in. */
declare const LIBRARY: string;

type VitalsWindow = { vitals?: { route?: unknown; setRoute?: (route: unknown) => void } };

const scope = window as unknown as VitalsWindow;

/** What of the Navigation API is read (`window.navigation`); older browsers have none or a part of it. */
type NavigationAPI = EventTarget & {
  currentEntry?: { key: string } | null;
  activation?: { entry?: { key: string } | null } | null;
};

const { navigation } = window as unknown as { navigation?: NavigationAPI };

/** Runs what may fail in a page that replaced, froze or never had what it needs. A page is never disturbed. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** A module script has no `currentScript`. */
const findTag = (): ScriptTag | null =>
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>(
    'script[src*="/vitals.js"],script[src*="/vitals/"],script[src][data-build-version],script[src][data-endpoint]',
  );

/** The document's own entry; `location` may have moved on before an async script runs. */
const findLoad = (): (PerformanceNavigationTiming & { deliveryType?: string }) | undefined =>
  attempt(() => performance.getEntriesByType("navigation")[0]);

/** The entry of the session history: a key where the browser has one, else how many entries there are. */
const currentEntry = (): unknown => navigation?.currentEntry?.key ?? history.length;

/** What the page itself declares as its route: `window.vitals.route`, else the meta element. */
const findDeclaredRoute = (): string | undefined =>
  attempt(
    () =>
      toLabel(scope.vitals?.route) ??
      toLabel(document.querySelector('meta[name="vitals-route"]')?.getAttribute("content")),
  );

/** Whether this document is measured already, by the same script in another element. */
function isSecond(): boolean {
  const mark = Symbol.for("vitals-cockpit");
  const marked = window as unknown as Record<symbol, true | undefined>;
  if (marked[mark]) return true;
  marked[mark] = true;
  return false;
}

function start(): void {
  const tag = findTag();
  const settings = tag && readSettings(tag, document.baseURI, Math.random());
  if (!settings || isSecond()) return;

  const now = () => performance.now();
  const load = findLoad();
  const url = load?.name || location.href;
  const views = createViews(
    { url, entry: navigation?.activation?.entry?.key ?? currentEntry(), route: settings.route },
    { currentURL: () => location.href, currentEntry, declaredRoute: findDeclaredRoute, now },
  );
  const setRoute = (route: unknown) => attempt(() => views.set(route));
  attempt(() => {
    scope.vitals = Object.assign({}, scope.vitals, { setRoute });
  });

  // A frame is part of the page around it, which is measured by itself.
  if (!settings.sampled || (window.top !== window && !settings.frames)) return;
  // Without it web-vitals throws in event listeners that nothing here could catch.
  if (!Array.prototype.findLast) return;

  const { buildVersion, environment, endpoint } = settings;
  const { send, retry } = createSender(endpoint);
  const queue = createQueue(({ page: { url }, view: { route }, isLoad }, measurements, age) => {
    const deliveryType = (isLoad && load?.deliveryType) || undefined;
    send(
      JSON.stringify({
        ...{ v: 1, buildVersion, url, route, environment, library: LIBRARY },
        ...{ deliveryType, age, measurements },
      }),
    );
  }, now);

  const flush = () =>
    attempt(() => {
      views.notice();
      retry();
      queue.flush();
    });
  const flushHidden = () => {
    if (document.visibilityState === "hidden") flush();
    else retry();
  };

  const targetAt = rememberTargets(views.interact);
  // Before web-vitals' own listeners, which report restores at once.
  addEventListener("pageshow", ({ persisted }) => persisted && attempt(views.restore), true);
  attempt(() => navigation?.addEventListener("currententrychange", () => attempt(views.notice)));

  let sequence = 0;
  const report = (metric: MetricWithAttribution) => {
    attempt(() => {
      views.notice();
      const { navigationType, navigationStartTime } = metric;
      const { view, url } = views.measure(metric);
      // web-vitals gives a load no time of its own.
      const isLoad = !navigationStartTime;
      const startedAt = navigationStartTime || load?.activationStart || 0;
      queue.add(
        { key: navigationType + startedAt, page: toPage(url), view, startedAt, isLoad },
        toMeasurement(metric, ++sequence, targetAt),
      );
      // What is only measured after the page was hidden gets no event of its own.
      if (document.visibilityState === "hidden") setTimeout(flushHidden);
    });
  };
  // The queue has the newest of all changes. web-vitals' own last report comes with `visibilitychange` alone, and that
  // of INP is too late for a page that is left before the browser was idle.
  const options = {
    ...{ reportSoftNavs: settings.softNavigations, reportAllChanges: true },
    // Under the default of 40 ms the parts of short interactions are wrong.
    ...{
      durationThreshold: 16,
      generateTarget: (node: Node | null) => (node ? selectorOf(node) : undefined),
    },
  };
  for (const observe of [onTTFB, onFCP, onLCP, onCLS, onINP]) {
    attempt(() => (observe as typeof onLCP)(report as Parameters<typeof onLCP>[0], options));
  }

  // web-vitals reports from capturing listeners on the window, some of which it adds later than this one. An
  // event reaches the document only after all of those, whoever was first.
  document.addEventListener("visibilitychange", flushHidden, true);
  // A page that is left becomes hidden right after this event, but other scripts may stop that event.
  addEventListener("pagehide", flush);
  addEventListener("online", retry);
}

attempt(start);
