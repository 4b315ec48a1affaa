// @ts-check

/**
 * Puts a function before the request listeners that a server has.
 * @param {import("node:http").Server} server
 * @param {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse, next: () => void) => void} handle
 *   `next` calls the listeners
 */
export function beforeListeners(server, handle) {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    handle(request, response, () => {
      for (const listener of listeners) listener.call(server, request, response);
    });
  });
}
