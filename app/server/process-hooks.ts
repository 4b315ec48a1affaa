import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Refused } from "./traffic/refusals.mjs";
import type { TrafficGate } from "./traffic/traffic-gate.mjs";

/** A request that was answered, or that its client aborted (the status is then what it would have been). */
export type FinishedRequest = {
  method: string;
  /** The URL's path, without its query. */
  pathname: string;
  status: number;
  durationMs: number;
  aborted: boolean;
};

/** Answers a beacon; `headers` are those of an answer that does not set its own. */
export type BeaconAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
) => void;

/**
 * What the preload (preload.mjs), which Node loads before the application, and the application share. One in a
 * process; in development it survives that the server's bundle is imported again.
 */
export type ProcessHooks = {
  /** The HTTP server, as soon as it listens. */
  server: Server | null;
  /** Called after each request. */
  readonly onRequestEnd: Set<(request: FinishedRequest) => void>;
  /** What answers a request that is a beacon, before Express gets it; `null` for every other request. */
  beaconAnswer: ((request: IncomingMessage) => BeaconAnswer | null) | null;
  /** The limits on what one client may use; `null` without the preload. */
  traffic: TrafficGate | null;
  /** Called for each request and connection that `traffic` refuses. */
  readonly onRefused: Set<(refused: Refused) => void>;
  /**
   * The clean end: called once, at the first SIGTERM, SIGINT or SIGHUP. The process exits with 0 when it resolves,
   * with 1 when it rejects. Without it, the server is closed.
   */
  shutdown?: () => Promise<void>;
};

/** The key in `globalThis`. preload.mjs spells it too, because it runs before any TypeScript is compiled. */
const key = Symbol.for("vitals-cockpit.process");

/** This process's hooks; without the preload (in tests) empty ones. */
export function processHooks(): ProcessHooks {
  const scope = globalThis as { [key]?: ProcessHooks };
  scope[key] ??= {
    server: null,
    onRequestEnd: new Set(),
    beaconAnswer: null,
    traffic: null,
    onRefused: new Set(),
  };
  return scope[key];
}
