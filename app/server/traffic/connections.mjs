// @ts-check

/** @typedef {import("node:net").Socket} Socket */
/** @typedef {{ within: Set<Socket>, beyond: Set<Socket> }} Own */

/** Most open connections of all clients. */
const MAX_OPEN = 4_096;

/** Beyond the limit of a client, so many times the limit are accepted, to answer requests with 429. */
const TIMES_ANSWERED = 4;

/** Counts the open connections by the address of the peer. */
export class Connections {
  /** Connections of each peer, within its limit and beyond it. @type {Map<string, Own>} */
  #byPeer = new Map();
  /** @type {WeakMap<Socket, Own>} */
  #ownOf = new WeakMap();
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
    const own = this.#byPeer.get(peer) ?? { within: new Set(), beyond: new Set() };
    if (sizeOf(own) >= this.#limit * TIMES_ANSWERED) {
      socket.destroy();
      return false;
    }
    (own.within.size < this.#limit ? own.within : own.beyond).add(socket);
    this.#byPeer.set(peer, own);
    this.#ownOf.set(socket, own);
    socket.once("close", () => {
      if (own.within.delete(socket)) promote(own);
      own.beyond.delete(socket);
      if (sizeOf(own) === 0) this.#byPeer.delete(peer);
    });
    return true;
  }

  /**
   * Whether a connection is one too many of its peer. It is no longer when an earlier one closes.
   * @param {Socket} socket
   */
  isBeyondLimit(socket) {
    return this.#ownOf.get(socket)?.beyond.has(socket) ?? false;
  }

  /**
   * Closes the oldest connection of the peer that has most of them, if those are more than `peer` has.
   * @param {string | null} peer
   * @returns {boolean} whether one was closed
   */
  #closeOfLargest(peer) {
    /** @type {Own} */
    let most = { within: new Set(), beyond: new Set() };
    for (const own of this.#byPeer.values()) if (sizeOf(own) > sizeOf(most)) most = own;
    const own = peer === null ? undefined : this.#byPeer.get(peer);
    const [oldest] = most.within;
    if (oldest === undefined || sizeOf(most) <= (own === undefined ? 0 : sizeOf(own))) return false;
    oldest.destroy();
    return true;
  }
}

/** @param {Own} own */
const sizeOf = ({ within, beyond }) => within.size + beyond.size;

/** @param {Own} own whose limit has a connection left */
function promote({ within, beyond }) {
  const [oldest] = beyond;
  if (oldest === undefined) return;
  beyond.delete(oldest);
  within.add(oldest);
}
