import { type MetricWithAttribution, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";
import { toMeasurement } from "./measurement";
import { createQueue } from "./queue";
import { cacheTargets, selectorOf } from "./selectors";
import { createSender } from "./send";
import { readSettings, type ScriptTag } from "./settings";
import { toLabel } from "./text";
import { toPage } from "./urls";
import { createViews } from "./views";

/** Name and version of web-vitals; defined by the build. */
declare const LIBRARY: string;

/** Argument of the built script, which the server replaces: see `readSettings`. */
declare const ENDPOINT: string;

type VitalsWindow = { vitals?: { route?: unknown; setRoute?: (route: unknown) => void } };

const scope = window as unknown as VitalsWindow;

/** The used part of the Navigation API; older browsers lack all or some of it. */
type NavigationAPI = EventTarget & {
  currentEntry?: { key: string } | null;
  activation?: { entry?: { key: string } | null } | null;
};

const { navigation } = window as unknown as { navigation?: NavigationAPI };

/** Ignores errors: a page may have replaced, frozen or removed any API, and must never be disturbed. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** The script's element. A module script has no `currentScript`. */
const findTag = (): ScriptTag | null =>
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>(
    'script[src*="/vitals.js"],script[src*="/vitals/"],script[src][data-build-version],script[src][data-endpoint]',
  );

/** The entry of the document's load; `location` may have changed before an async script runs. */
const findLoad = (): (PerformanceNavigationTiming & { deliveryType?: string }) | undefined =>
  attempt(() => performance.getEntriesByType("navigation")[0]);

/** Identifies the entry of the session history: its key, or the number of entries in older browsers. */
const currentEntry = (): unknown => navigation?.currentEntry?.key ?? history.length;

/** The route that the page declares: `window.vitals.route`, else the meta element. */
const findDeclaredRoute = (): string | undefined =>
  attempt(
    () =>
      toLabel(scope.vitals?.route) ??
      toLabel(document.querySelector('meta[name="vitals-route"]')?.getAttribute("content")),
  );

/** Whether another element with the same script already measures this document. */
function isSecond(): boolean {
  const mark = Symbol.for("vitals-cockpit");
  const marked = window as unknown as Record<symbol, true | undefined>;
  if (marked[mark]) return true;
  marked[mark] = true;
  return false;
}

function start(): void {
  const tag = findTag();
  const settings = tag && readSettings(tag, document.baseURI, Math.random(), ENDPOINT);
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

  // A frame is part of the top-level page, which has its own script.
  if (!settings.sampled || (window.top !== window && !settings.frames)) return;
  // Without findLast web-vitals throws in its event listeners, outside of `attempt`.
  if (!Array.prototype.findLast) return;

  const { buildVersion, environment, endpoint } = settings;
  const { send, retry } = createSender(endpoint);
  const queue = createQueue(({ page: { url }, view: { route }, isLoad }, measurements, age) => {
    const deliveryType = (isLoad && load?.deliveryType) || undefined;
    send(
      JSON.stringify({
        v: 1,
        buildVersion,
        url,
        route,
        environment,
        library: LIBRARY,
        deliveryType,
        age,
        measurements,
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

  const targetAt = cacheTargets(views.interact);
  // Registered before web-vitals' own listeners, which report restores immediately.
  addEventListener("pageshow", ({ persisted }) => persisted && attempt(views.restore), true);
  attempt(() => navigation?.addEventListener("currententrychange", () => attempt(views.notice)));

  let sequence = 0;
  const report = (metric: MetricWithAttribution) => {
    attempt(() => {
      views.notice();
      const { navigationType, navigationStartTime } = metric;
      const { view, url } = views.measure(metric);
      // web-vitals sets `navigationStartTime` for soft navigations and restores only.
      const isLoad = !navigationStartTime;
      const startedAt = navigationStartTime || load?.activationStart || 0;
      queue.add(
        { key: navigationType + startedAt, page: toPage(url), view, startedAt, isLoad },
        toMeasurement(metric, ++sequence, targetAt),
      );
      // No event follows a report after the page was hidden.
      if (document.visibilityState === "hidden") setTimeout(flushHidden);
    });
  };
  const options = {
    reportSoftNavs: settings.softNavigations,
    // Without all changes web-vitals reports only on `visibilitychange`, and INP too late for a page that is left before
    // the browser is idle. The queue keeps the newest report.
    reportAllChanges: true,
    // With the default of 40 ms the subparts of short interactions are wrong.
    durationThreshold: 16,
    generateTarget: (node: Node | null) => (node ? selectorOf(node) : undefined),
  };
  for (const observe of [onTTFB, onFCP, onLCP, onCLS, onINP]) {
    attempt(() => (observe as typeof onLCP)(report as Parameters<typeof onLCP>[0], options));
  }

  // web-vitals reports from capturing listeners on the window, and adds some of them later. A listener on the document
  // runs after all of those.
  document.addEventListener("visibilitychange", flushHidden, true);
  // A page that is left becomes hidden after this event, but other scripts may stop the event `visibilitychange`.
  addEventListener("pagehide", flush);
  addEventListener("online", retry);
}

attempt(start);
