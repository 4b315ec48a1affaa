/** Bound of the bodies that wait for a retry. */
const MAX_WAITING = 16;

export type Sender = {
  /** Posts a beacon; the request outlives the page. */
  send(body: string): void;
  /** Posts failed beacons again. */
  retry(): void;
};

/**
 * Posts to an endpoint as `text/plain`, which needs no preflight. Ignores the response.
 *
 * The browser limits the keepalive requests of a page to 64 KiB, over all scripts, and rejects others; `sendBeacon` has
 * the same limit. A plain `fetch` has no limit, but ends with the page. Bodies that fail there too (suspended page, no
 * network) wait for `retry`.
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export function createSender(endpoint: string): Sender {
  let waiting: string[] = [];

  const post = async (body: string, keepalive: boolean): Promise<unknown> =>
    fetch(endpoint, { method: "POST", body, keepalive, mode: "no-cors", credentials: "omit" });

  const send = (body: string) => {
    try {
      if (navigator.sendBeacon(endpoint, body)) return;
    } catch {
      // sendBeacon is missing, replaced or forbidden: handled like a rejected beacon.
    }
    post(body, true)
      .catch(() => post(body, false))
      .catch(() => {
        waiting = [...waiting, body].slice(-MAX_WAITING);
      });
  };

  return {
    send,
    retry() {
      const bodies = waiting;
      waiting = [];
      bodies.forEach(send);
    },
  };
}
