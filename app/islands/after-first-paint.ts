/** How long after `load` it waits for the report of a paint, in ms: some browsers report none, to be no fingerprint. */
const PATIENCE = 3_000;

/**
 * Calls `run` once, after the browser has painted what the server rendered. A module of a page may run before that: the
 * wait for the stylesheet is long enough to load it.
 */
export function afterFirstPaint(run: () => void): void {
  const observer = new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length > 0) runOnce();
  });
  const runOnce = (): void => {
    observer.disconnect();
    removeEventListener("load", wait);
    clearTimeout(timer);
    run();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    timer = setTimeout(runOnce, PATIENCE);
  };
  addEventListener("load", wait);
  observer.observe({ type: "paint", buffered: true });
}
