import { type MetricWithAttribution, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";
import { toMeasurement } from "./measurement";
import { createQueue } from "./queue";
import { createRoutes } from "./routes";
import { send } from "./send";
import { readSettings, type ScriptTag } from "./settings";
import { toLabel } from "./text";
import { toPage } from "./urls";

/** The measuring library's name and version; the build puts it in. */
declare const LIBRARY: string;

type VitalsWindow = { vitals?: { route?: unknown; setRoute?: (route: unknown) => void } };

const scope = window as unknown as VitalsWindow;

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
  document.querySelector<HTMLScriptElement>('script[src*="/vitals.js"],script[src*="/vitals/"]');

/** The document's own URL; `location` may have moved on before an async script runs. */
const findFirstURL = (): string =>
  attempt(() => performance.getEntriesByType("navigation")[0]?.name) || location.href;

/** What the page itself says about its route: `window.vitals.route`, else the meta element. */
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

  const firstURL = findFirstURL();
  const routes = createRoutes(
    toPage(firstURL).path,
    settings.route,
    () => location.pathname,
    findDeclaredRoute,
  );
  const setRoute = (route: unknown) => attempt(() => routes.set(route));
  attempt(() => {
    scope.vitals = Object.assign({}, scope.vitals, { setRoute });
  });

  // Without them web-vitals throws in event listeners that nothing here could catch.
  if (!settings.sampled || !Array.prototype.findLast) return;

  const queue = createQueue(
    (page, measurements) => {
      const { buildVersion, environment, endpoint } = settings;
      const route = routes.of(page.path);
      const { url } = page;
      send(
        endpoint,
        JSON.stringify({ v: 1, buildVersion, url, route, environment, library: LIBRARY, measurements }),
      );
    },
    () => Date.now(),
  );

  const flushHidden = () => {
    if (document.visibilityState !== "hidden") return;
    attempt(() => {
      routes.notice();
      queue.flush();
    });
  };

  let sequence = 0;
  const report = (metric: MetricWithAttribution) => {
    attempt(() => {
      routes.notice();
      queue.add(toPage(metric.navigationURL || firstURL), toMeasurement(metric, ++sequence));
      // What is only found after the page was hidden gets no event of its own.
      if (document.visibilityState === "hidden") setTimeout(flushHidden);
    });
  };
  const options = { reportSoftNavs: settings.softNavigations };
  for (const observe of [onTTFB, onFCP, onLCP, onCLS]) attempt(() => observe(report, options));
  // An interaction is looked at in idle time. Where the page is left before there was any, web-vitals does so
  // too late for its last report and only notes the change; the queue keeps the newest of all changes.
  attempt(() => onINP(report, { ...options, reportAllChanges: true }));

  // web-vitals reports from capturing listeners on the window, some of which it adds later than this one. An
  // event reaches the document only after all of those, whoever was first.
  document.addEventListener("visibilitychange", flushHidden, true);
  // A page that is left becomes hidden right after this event, which is when it is sent; one that was hidden
  // before has no other.
  window.addEventListener("pagehide", flushHidden);
}

attempt(start);
