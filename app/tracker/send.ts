/** Bodies that wait for another attempt; a page that never gets one through does not collect more. */
const MOST_WAITING = 16;

export type Sender = {
  /** Posts a beacon's text in a way that outlives the page. */
  send(body: string): void;
  /** Posts again what was refused before. */
  retry(): void;
};

/**
 * Posts to an endpoint as `text/plain`, which needs no preflight; the answer is not read.
 *
 * The browser limits what a page has under way when it ends (64 KiB, over all scripts) and refuses the rest, also of
 * `fetch` with `keepalive`. As long as the page lives, a plain `fetch` has no such limit; what that cannot send
 * either (the page was suspended, the network is down) waits for `retry`.
 */
export function createSender(endpoint: string): Sender {
  let waiting: string[] = [];

  const post = async (body: string, keepalive: boolean): Promise<unknown> =>
    fetch(endpoint, { method: "POST", body, keepalive, mode: "no-cors", credentials: "omit" });

  const send = (body: string) => {
    try {
      if (navigator.sendBeacon(endpoint, body)) return;
    } catch {
      // Missing, replaced or forbidden: the same as refused.
    }
    post(body, true)
      .catch(() => post(body, false))
      .catch(() => {
        waiting = [...waiting, body].slice(-MOST_WAITING);
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
