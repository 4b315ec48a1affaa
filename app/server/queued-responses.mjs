// @ts-check

/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {import("node:net").Socket} Socket */

/** Responses of each connection that have not closed. @type {WeakMap<Socket, Set<ServerResponse>>} */
const open = new WeakMap();

/**
 * Closes a response with its connection. Node emits `close` only for the response that is being sent: those of pipelined
 * requests wait for it, without a socket, and would never end when the connection breaks.
 * @see https://github.com/nodejs/node/blob/v20.20.2/lib/_http_server.js (`socketOnClose`, `state.outgoing`)
 * @param {import("node:http").IncomingMessage} request
 * @param {ServerResponse} response
 */
export function closeWithConnection({ socket }, response) {
  const responses = open.get(socket) ?? new Set();
  if (!open.has(socket)) {
    open.set(socket, responses);
    socket.once("close", () => {
      for (const queued of [...responses].filter((one) => one.socket === null)) {
        queued.destroy();
        queued.emit("close");
      }
    });
  }
  responses.add(response);
  response.once("close", () => responses.delete(response));
}
