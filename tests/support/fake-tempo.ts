import type { IncomingMessage } from "node:http";
import { startLoopbackServer } from "./loopback-server";

export type TempoRequest = {
  path: string;
  /** TraceQL. */
  q: string;
  parameters: URLSearchParams;
  headers: IncomingMessage["headers"];
};

/** An answer; an object is JSON, a text is plain. `null` never answers, `"hang up"` closes the connection. */
export type TempoAnswer =
  | { status?: number; type?: string; headers?: Record<string, string>; body: unknown }
  | "hang up"
  | null;

/** Errors of Tempo 2.10.8 and 3.0.3, recorded; they are texts. */
export const TEMPO_ERRORS = {
  searchRange: {
    status: 400,
    body: "range specified by start and end exceeds 168h0m0s. received start=1795000000 end=1795700000",
  },
  metricsRange: {
    status: 400,
    body: "metrics query time range exceeds the maximum allowed duration of 3h0m0s",
  },
  cutoff: { status: 400, body: "query window falls entirely within query_end_cutoff" },
  syntax: { status: 400, body: "parse error at line 1, col 49: syntax error: unexpected IDENTIFIER" },
  noGenerators: {
    status: 500,
    body: "error querying generators in Querier.queryRangeRecent: error finding generators: empty ring",
  },
  noLocalBlocks: { status: 500, body: "localblocks processor not found" },
  noTenant: { status: 401, body: "no org id" },
} as const;

/** What Tempo 3.0 answers to a search with so many traces. */
export const traces = (count: number): TempoAnswer => ({
  body: {
    traces: Array.from({ length: count }, (_, i) => ({
      traceID: `2f3e0cee77ae5dc9c17ade3689eb${1000 + i}`,
      rootServiceName: "shop-web",
      rootTraceName: "GET /cart",
      startTimeUnixNano: "1684778327699392724",
      durationMs: 557,
    })),
    metrics: { completedJobs: 1, totalJobs: 1 },
  },
});

export const tagValues = (...values: string[]): TempoAnswer => ({
  body: { tagValues: values.map((value) => ({ type: "string", value })), metrics: { inspectedBytes: "1" } },
});

/**
 * A stand-in for Tempo's HTTP API, which is no package of npm or Debian: it answers what a test chooses, in the form that
 * Tempo was recorded to answer.
 */
export class FakeTempo {
  readonly requests: TempoRequest[] = [];
  /** Chooses the answer to each request; the default is a Tempo without spans. */
  answer: (request: TempoRequest) => TempoAnswer = emptyTempo;

  private constructor(readonly parts: { origin: string; close: () => Promise<void> }) {}

  static async start(): Promise<FakeTempo> {
    const holder: { tempo?: FakeTempo } = {};
    const server = await startLoopbackServer((request, response) => {
      const { pathname: path, searchParams: parameters } = new URL(request.url ?? "", "http://localhost");
      const one = { path, q: parameters.get("q") ?? "", parameters, headers: request.headers };
      holder.tempo?.requests.push(one);
      const answer = holder.tempo?.answer(one) ?? null;
      if (answer === null) return;
      if (answer === "hang up") return void request.socket.destroy();
      const { status = 200, body, headers = {} } = answer;
      const isText = typeof body === "string";
      response.writeHead(status, {
        "Content-Type": answer.type ?? (isText ? "text/plain; charset=utf-8" : "application/json"),
        ...headers,
      });
      response.end(isText ? body : JSON.stringify(body));
    });
    holder.tempo = new FakeTempo(server);
    return holder.tempo;
  }

  get url(): string {
    return this.parts.origin;
  }

  close(): Promise<void> {
    return this.parts.close();
  }
}

export function emptyTempo({ path }: Pick<TempoRequest, "path">): TempoAnswer {
  if (path === "/api/status/buildinfo") return { body: { version: "3.0.3", revision: "1900ed7bb5" } };
  if (path === "/api/metrics/query_range") return { body: { series: [] } };
  return path === "/api/search" ? traces(0) : tagValues();
}
