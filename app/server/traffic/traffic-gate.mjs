// @ts-check
// The limits on what one client may use of this process, for every server that accepts beacons. They hold before a body
// is read and before the application gets the request. Clients are known by a keyed hash of their address, in memory.
import { hash, randomBytes } from "node:crypto";
import { beforeListeners } from "../before-listeners.mjs";
import { normaliseAddress } from "../client-address.mjs";
import { clientKey, networkKey } from "../client-key.mjs";
import { closeWithConnection } from "../queued-responses.mjs";
import { Answers } from "./answers.mjs";
import { ArrivingBodies } from "./arriving-bodies.mjs";
import { Connections } from "./connections.mjs";
import { FairLane } from "./fair-lane.mjs";
import { FamiliarClients } from "./familiar-clients.mjs";
import { LargeBodies } from "./large-bodies.mjs";
import { RateLimit } from "./rate-limit.mjs";
import { Refusals } from "./refusals.mjs";
import { BYTES_PER_TOKEN, costOf, hasBody, isOfSites, pathOf } from "./request-parts.mjs";
import { Turns } from "./turns.mjs";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {import("./refusals.mjs").Refusal} Refusal */
/** @typedef {import("./refusals.mjs").Refused} Refused */
/** @typedef {import("./refusals.mjs").DefaultHeaders} DefaultHeaders */

/**
 * @typedef {object} TrafficLimits
 * @property {number | null} perSecond requests of one client a second, of sites' browsers and of the cockpit each; `null`
 *   for no limits at all
 * @property {number} connections open ones of one peer
 * @property {(address: string) => boolean} isTrustedProxy
 * @property {(address: string) => boolean} isExempt whether an address has no limits of its own
 * @property {() => number} clock ms that only grow
 * @property {(refused: Refused) => void} onRefused
 */

/** A client may save up its budget of so many seconds: an office opens its pages at nine o'clock. */
const BURST_SECONDS = 10;

/**
 * Requests that the application processes at once, of sites' browsers and of the cockpit. Beacons mostly wait for the
 * commit that they share.
 */
const SITE_SLOTS = 64;
const COCKPIT_SLOTS = 24;

/** Slots of sites' browsers while the cockpit answers, so that its answer comes soon. */
const SITE_SLOTS_BESIDE_COCKPIT = 16;

/** Creates the gate of one process. */
export class TrafficGate {
  #limits;
  #key = randomBytes(32).toString("base64");
  #budgets;
  #lanes;
  #familiar;
  #bodies;
  #answers = new Answers();
  #large;
  #connections;
  #refusals;
  #turns;

  /** @param {TrafficLimits} limits */
  constructor(limits) {
    const { perSecond, connections, clock, onRefused } = limits;
    this.#limits = limits;
    const rate = { perSecond: perSecond ?? 1, burst: (perSecond ?? 1) * BURST_SECONDS, clock };
    this.#budgets = { site: new RateLimit(rate), cockpit: new RateLimit(rate) };
    const turns = new Turns(clock);
    const wake = () => turns.wake();
    const cockpit = new FairLane({ slots: () => COCKPIT_SLOTS, clock, wake });
    const slots = () => (cockpit.running > 0 ? SITE_SLOTS_BESIDE_COCKPIT : SITE_SLOTS);
    this.#lanes = { site: new FairLane({ slots, clock, wake }), cockpit };
    turns.add(cockpit);
    turns.add(this.#lanes.site);
    this.#turns = turns;
    this.#familiar = { site: new FamiliarClients(clock), cockpit: new FamiliarClients(clock) };
    this.#bodies = new ArrivingBodies(clock);
    this.#large = new LargeBodies(clock);
    this.#connections = new Connections(connections);
    this.#refusals = new Refusals(onRefused);
  }

  /** Whether requests are limited at all. */
  get isOn() {
    return this.#limits.perSecond !== null;
  }

  /** What is under way. */
  get figures() {
    return {
      connections: this.#connections.size,
      arrivingBodies: this.#bodies.size,
      largeBodies: this.#large.size,
      siteRequests: this.#lanes.site.running,
      cockpitRequests: this.#lanes.cockpit.running,
    };
  }

  /**
   * Puts the gate before the request listeners of a server, and counts its connections.
   * @param {import("node:http").Server} server
   * @param {(request: IncomingMessage) => DefaultHeaders | undefined} [headersOf] see `handle`
   */
  guard(server, headersOf = () => undefined) {
    if (!this.isOn) return;
    beforeListeners(server, (request, response, next) => {
      this.handle(request, response, next, headersOf(request));
    });
    this.guardConnections(server);
  }

  /**
   * Counts the connections of a server, whose listener calls `handle` itself.
   * @param {import("node:http").Server} server
   */
  guardConnections(server) {
    if (!this.isOn) return;
    server.on("connection", (socket) => {
      this.#turns.noteConnection();
      if (this.#connections.open(socket, this.#peerOf(socket))) return;
      this.#limits.onRefused({ reason: "connections", isForwarded: false });
    });
  }

  /**
   * Calls `next` when the request may be processed, or answers it.
   * @param {IncomingMessage} request with the header `x-client-address`, and the path as routes know it
   * @param {ServerResponse} response
   * @param {() => void} next
   * @param {DefaultHeaders} [defaults] headers of every answer, the same object for the same headers
   */
  handle(request, response, next, defaults) {
    if (!this.isOn) {
      next();
      return;
    }
    // The rest of what its connection sent at once, after a refusal of pipelined requests.
    if (request.socket.destroyed) return;
    const path = pathOf(request);
    /** @type {"site" | "cockpit"} */
    const kind = isOfSites(path) ? "site" : "cockpit";
    const address = String(request.headers["x-client-address"] ?? "unknown");
    const key = clientKey(address);
    const client = this.#nameOf(key);
    const isExempt = this.#limits.isExempt(address);
    /** @param {Refusal} reason @param {number} [waitMs] */
    const refuse = (reason, waitMs) => {
      this.#refusals.refuse(request, response, { client, reason, defaults, ...(waitMs && { waitMs }) });
    };
    if (this.#connections.isBeyondLimit(request.socket)) {
      refuse("connections");
      return;
    }
    const wait = isExempt ? 0 : this.#budgets[kind].spend(client, costOf(request));
    if (wait > 0) {
      refuse("rate", wait);
      return;
    }
    closeWithConnection(request, response);
    const isFamiliar = isExempt || this.#familiar[kind].has(client, this.#lanes[kind].floodedSince);
    response.once("close", () => this.#learn(kind, client, path, response));
    const turn = { kind, client, network: this.#nameOf(networkKey(key)), isFamiliar, isExempt };
    if (!hasBody(request)) {
      this.#enter(turn, request, response, next, refuse);
      return;
    }
    this.#bodies.await({
      request,
      client,
      isExempt,
      complete: () => this.#enter(turn, request, response, next, refuse),
      cut: refuse,
    });
  }

  /**
   * Whether a client has no limits of its own.
   * @param {string} address
   */
  isExempt(address) {
    return this.#limits.isExempt(address);
  }

  /**
   * Spends more of a client's budget than its request did: for each further page view of its body.
   * @param {string | null} address
   * @param {number} cost in requests
   */
  charge(address, cost) {
    if (!this.isOn || address === null || cost <= 0 || this.#limits.isExempt(address)) return;
    this.#budgets.site.charge(this.#nameOf(clientKey(address)), cost);
  }

  /**
   * @param {{ kind: "site" | "cockpit", client: string, network: string, isFamiliar: boolean, isExempt: boolean }} turn
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {() => void} next
   * @param {(reason: Refusal) => void} refuse
   */
  #enter({ kind, client, network, isFamiliar, isExempt }, request, response, next, refuse) {
    if (response.destroyed) return;
    // A body with a length was charged for before it arrived.
    const isCharged = !isExempt && request.headers["content-length"] === undefined;
    /** @param {number} bytes */
    const charge = (bytes) => {
      if (isCharged && bytes > 0) this.#budgets[kind].charge(client, bytes / BYTES_PER_TOKEN);
    };
    charge(request.readableLength);
    if (!request.complete && hasBody(request)) {
      const leave = this.#large.enter({
        request,
        client,
        isFamiliar,
        isExempt,
        charge,
        isInDebt: () => !isExempt && this.#budgets[kind].isInDebt(client),
        cut: (reason) => {
          this.#limits.onRefused({ reason, isForwarded: false });
          request.socket.destroy();
        },
      });
      if (leave === null) {
        refuse("large-bodies");
        return;
      }
      response.once("close", leave);
      next();
      return;
    }
    const lane = this.#lanes[kind];
    lane.enter({
      client,
      network,
      isFamiliar,
      refuse: () => refuse("capacity"),
      run: (leave) => {
        if (response.destroyed) {
          leave();
          return;
        }
        this.#answers.watch(response, leave);
        next();
      },
    });
  }

  /**
   * @param {"site" | "cockpit"} kind
   * @param {string} client
   * @param {string} path
   * @param {ServerResponse} response
   */
  #learn(kind, client, path, { statusCode, writableFinished, req }) {
    if (!writableFinished || statusCode >= 300) return;
    const isAccepted = kind === "site" ? req.method === "POST" : /^\/(?:api\/)?admin\//i.test(path);
    const lane = this.#lanes[kind];
    if (isAccepted) this.#familiar[kind].accept(client, lane.floodedSince !== null);
  }

  /** @param {string} key of a client or a network */
  #nameOf(key) {
    return hash("sha256", this.#key + key, "base64url").slice(0, 16);
  }

  /**
   * The name of a connection's other end; `null` for a proxy, which has connections of many clients.
   * @param {import("node:net").Socket} socket
   */
  #peerOf({ remoteAddress }) {
    if (remoteAddress === undefined) return null;
    const address = normaliseAddress(remoteAddress);
    const { isTrustedProxy, isExempt } = this.#limits;
    return isTrustedProxy(address) || isExempt(address) ? null : clientKey(address);
  }
}
