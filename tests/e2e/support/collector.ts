import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { startLoopbackServer } from "../../support/loopback-server";
import { projectRoot } from "./project";

export type SentMeasurement = {
  id: string;
  name: "CLS" | "FCP" | "INP" | "LCP" | "TTFB";
  value: number;
  navigationType: string;
  sequence: number;
  repeat?: true;
  attribution: Record<string, string | number>;
};

export type SentBeacon = {
  v: number;
  buildVersion?: string;
  url?: string;
  route?: string;
  environment?: string;
  library: string;
  deliveryType?: string;
  age: number;
  measurements: SentMeasurement[];
};

export type Received = { text: string; beacon: SentBeacon; headers: IncomingHttpHeaders };

/** A measurement with the page fields of its beacon. */
export type PageMeasurement = SentMeasurement & { url: string | undefined; route: string | undefined };

const ENDPOINT = "/readings";

/** A fake cockpit that serves the built script and records beacons. */
export class Collector {
  readonly received: Received[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(
    readonly origin: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<Collector> {
    const script = readFileSync(join(projectRoot, "build", "tracker", "vitals.js"));
    const parts: { collector?: Collector } = {};
    const server = await startLoopbackServer((request, response) => {
      if (request.method === "GET" && request.url?.startsWith("/vitals")) {
        response.writeHead(200, {
          "Content-Type": "text/javascript; charset=utf-8",
          "Access-Control-Allow-Origin": "*",
        });
        response.end(script);
        return;
      }
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (request.url === ENDPOINT) {
          parts.collector?.record(Buffer.concat(chunks).toString("utf8"), request.headers);
        }
        response.writeHead(request.url === ENDPOINT ? 204 : 404).end();
      });
    });
    parts.collector = new Collector(server.origin, server.close);
    return parts.collector;
  }

  private record(text: string, headers: IncomingHttpHeaders): void {
    this.received.push({ text, beacon: JSON.parse(text) as SentBeacon, headers });
    for (const check of this.#waiting) check();
  }

  get reports(): PageMeasurement[] {
    return this.received.flatMap(({ beacon: { url, route, measurements } }) =>
      measurements.map((measurement) => ({ ...measurement, url, route })),
    );
  }

  /** The newest report of every id, as a cockpit stores it. */
  get measurements(): PageMeasurement[] {
    const newest = new Map<string, PageMeasurement>();
    for (const report of this.reports) {
      if (report.sequence >= (newest.get(report.id)?.sequence ?? 0)) newest.set(report.id, report);
    }
    return [...newest.values()];
  }

  /** Resolves as soon as `isEnough` accepts the received reports. Ends with the timeout of the test. */
  async until(isEnough: (collector: Collector) => boolean): Promise<void> {
    if (isEnough(this)) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!isEnough(this)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }
}
