import { Socket } from "node:net";
import { format } from "node:util";
import { afterAll, afterEach, beforeEach, vi } from "vitest";

/*
 * Noise is a bug: a test fails when something was written to console.error or console.warn. A test that expects it
 * installs a spy of its own (vi.spyOn(console, "error").mockImplementation(…)).
 */
let noise: string[] = [];
const record =
  (method: string) =>
  (...args: unknown[]): void => {
    noise.push(`console.${method}: ${format(...args)}`);
  };

beforeEach(() => {
  noise = [];
  Object.assign(console, { error: record("error"), warn: record("warn") });
});

afterEach(() => {
  if (noise.length > 0) throw new Error(`The test wrote what it doesn't expect:\n${noise.join("\n")}`);
});

// Files may share a process.
const environment = JSON.stringify(process.env);
afterAll(() => {
  if (vi.isFakeTimers()) throw new Error("The file leaves fake timers to the next one.");
  if (JSON.stringify(process.env) !== environment) {
    throw new Error("The file leaves a changed environment to the next one.");
  }
});

/*
 * Tests connect to this machine only: others depend on a network and on machines that are not ours.
 */
const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3}|0\.0\.0\.0|::)$/;
type Target = { host?: string; path?: string };

/** net.connect hands the socket its arguments already parsed: an array whose first member is the options. */
function targetOf([first, second]: unknown[]): Target {
  if (Array.isArray(first)) return targetOf(first);
  if (typeof first === "object" && first !== null) return first as Target;
  if (typeof first === "string" && Number.isNaN(Number(first))) return { path: first };
  return typeof second === "string" ? { host: second } : {};
}

const connect = Socket.prototype.connect;
if (connect.name !== "refuseOthers") {
  Socket.prototype.connect = function refuseOthers(this: Socket, ...args: unknown[]): Socket {
    const { host, path } = targetOf(args);
    if (path === undefined && host !== undefined && !LOCAL.test(host)) {
      throw new Error(`A test tried to connect to ${host}; tests connect to this machine only.`);
    }
    return Reflect.apply(connect, this, args);
  } as typeof connect;
}
