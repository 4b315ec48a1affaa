// @ts-check

/** @typedef {import("node:net").Socket} Socket */

/** Most open connections of all clients. */
const MAX_OPEN = 4_096;

/** Beyond the limit of a client, so many times the limit are accepted, to answer requests with 429. */
const TIMES_ANSWERED = 4;

/** Counts the open connections by the address of the peer. */
export class Connections {
  /** @type {Map<string, Set<Socket>>} */
  #byPeer = new Map();
  /** @type {WeakSet<Socket>} */
  #beyondLimit = new WeakSet();
  #open = 0;
  #limit;

  /** @param {number} limit of one peer */
  constructor(limit) {
    this.#limit = limit;
  }

  get size() {
    return this.#open;
  }

  /**
   * Counts a connection until it closes.
   * @param {Socket} socket
   * @param {string | null} peer `null` for one without a limit
   * @returns {boolean} whether it is accepted; if not, it is closed
   */
  open(socket, peer) {
    if (this.#open >= MAX_OPEN && !this.#closeOfLargest(peer)) {
      socket.destroy();
      return false;
    }
    this.#open += 1;
    socket.once("close", () => {
      this.#open -= 1;
    });
    if (peer === null) return true;
    const own = this.#byPeer.get(peer) ?? new Set();
    if (own.size >= this.#limit * TIMES_ANSWERED) {
      socket.destroy();
      return false;
    }
    if (own.size >= this.#limit) this.#beyondLimit.add(socket);
    own.add(socket);
    this.#byPeer.set(peer, own);
    socket.once("close", () => {
      own.delete(socket);
      if (own.size === 0) this.#byPeer.delete(peer);
    });
    return true;
  }

  /**
   * Whether a connection is one too many of its peer.
   * @param {Socket} socket
   */
  isBeyondLimit(socket) {
    return this.#beyondLimit.has(socket);
  }

  /**
   * Whether a peer has so many connections that its idle ones are closed.
   * @param {string | null} peer
   */
  isCrowded(peer) {
    return peer !== null && (this.#byPeer.get(peer)?.size ?? 0) * 2 > this.#limit;
  }

  /**
   * Closes the oldest connection of the peer that has most of them, if those are more than `peer` has.
   * @param {string | null} peer
   * @returns {boolean} whether one was closed
   */
  #closeOfLargest(peer) {
    /** @type {Set<Socket>} */
    let most = new Set();
    for (const sockets of this.#byPeer.values()) if (sockets.size > most.size) most = sockets;
    const own = peer === null ? 0 : (this.#byPeer.get(peer)?.size ?? 0);
    const [oldest] = most;
    if (oldest === undefined || most.size <= own) return false;
    oldest.destroy();
    return true;
  }
}
