// @ts-check

/** How long answers that are under way may take before their connections are cut, in ms. */
const CLOSING_TIMEOUT_MS = 10_000;

/**
 * Closes an HTTP server: it accepts no more connections, idle ones are closed, answers under way are finished.
 * @param {import("node:http").Server | null} server null where the process serves nothing (yet)
 * @param {{ onTimeout?: () => void }} [options] called when answers took longer than 10 s, before they are cut off
 * @returns {Promise<void>} resolved when every connection is closed; it never rejects
 */
export async function closeServer(server, { onTimeout = () => {} } = {}) {
  if (server === null) return;
  const timeout = setTimeout(() => {
    onTimeout();
    server.closeAllConnections();
  }, CLOSING_TIMEOUT_MS);
  // Since Node 19 this closes idle connections too: https://nodejs.org/api/http.html#serverclosecallback
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(timeout);
}
