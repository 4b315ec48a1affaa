/**
 * Calls `run` once, after the browser has painted what the server rendered. A module of a page may run before that: the wait for
 * the stylesheet is long enough to load it. In a background tab, `run` waits until the tab is in front. Browsers that don't report
 * paints run it at once.
 */
export function afterFirstPaint(run: () => void): void {
  if (!PerformanceObserver.supportedEntryTypes.includes("paint")) {
    run();
    return;
  }
  const observer = new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length === 0) return;
    observer.disconnect();
    run();
  });
  observer.observe({ type: "paint", buffered: true });
}
