/**
 * Posts a beacon's text in a way that outlives the page. As `text/plain`, which needs no preflight; nothing
 * is read of the answer, and a failure is nobody's to handle: the page is gone or must not be disturbed.
 */
export function send(endpoint: string, body: string): void {
  try {
    if (navigator.sendBeacon(endpoint, body)) return;
  } catch {
    // Missing, replaced or forbidden: the same as refused.
  }
  try {
    fetch(endpoint, { method: "POST", body, keepalive: true, mode: "no-cors", credentials: "omit" }).catch(
      () => {},
    );
  } catch {
    // There is no third way.
  }
}
