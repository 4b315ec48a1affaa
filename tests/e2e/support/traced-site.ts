import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { startLoopbackCollector } from "../../support/loopback-collector";
import { type ReceivedSpan, receivedSpans } from "../../support/otlp";
import type { Span, Trace } from "../../support/traceql/evaluator";
import { projectRoot } from "./project";

const FOLDER = "tests/e2e/support/traced";

const PROGRAMS = {
  Express: [`${FOLDER}/express-site.cjs`],
  Remix: ["node_modules/@remix-run/serve/dist/cli.js", `${FOLDER}/remix-build.mjs`],
};

export type Framework = keyof typeof PROGRAMS;

/** A site on a real framework with OpenTelemetry's SDK and instrumentations, whose pages load a cockpit's script. */
export type TracedSite = {
  origin: string;
  /** The site's traces; resolves when there is one of each request. */
  traces(requests: number): Promise<Trace[]>;
  close(): Promise<void>;
};

/** A trace as a search sees it. */
function traceOf(spans: readonly ReceivedSpan[]): Trace {
  const indexOf = (id: string) => spans.findIndex(({ spanId }) => spanId === id);
  return {
    resource: spans[0]?.resource ?? {},
    spans: spans.map(({ parentSpanId, kind, name, isError, ms, attributes }): Span => {
      const parent = parentSpanId === null ? null : indexOf(parentSpanId);
      return {
        parent: parent === -1 ? "remote" : parent,
        kind,
        name,
        status: isError ? "error" : "unset",
        ms,
        attributes,
      };
    }),
  };
}

const rootsOf = (spans: readonly ReceivedSpan[]): ReceivedSpan[] =>
  spans.filter(({ parentSpanId }) => parentSpanId === null);

/** @param cockpit origin of the script */
export async function startTracedSite(framework: Framework, cockpit: string): Promise<TracedSite> {
  const collector = await startLoopbackCollector();
  const server = spawn(process.execPath, ["--require", `./${FOLDER}/telemetry.cjs`, ...PROGRAMS[framework]], {
    cwd: projectRoot,
    env: {
      ...process.env,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: "0",
      OTLP_URL: `${collector.origin}/v1/traces`,
      SERVICE_NAME: "shop-web",
      VITALS_URL: `${cockpit}/vitals.js`,
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(server, "exit");
  const failed = exited.then(([code]) => {
    throw new Error(`The site ended with ${code}.`);
  });
  failed.catch(() => {});
  const [address] = (await Promise.race([once(server, "message"), failed])) as [{ port: number }];
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async traces(requests) {
      while (rootsOf(receivedSpans(collector)).length < requests) await pause(20);
      // A span within another ends before it, but may arrive after it.
      const flushed = once(server, "message");
      server.send("flush");
      await Promise.race([flushed, failed]);
      const spans = receivedSpans(collector);
      return rootsOf(spans).map(({ traceId }) => traceOf(spans.filter((span) => span.traceId === traceId)));
    },
    async close() {
      server.kill("SIGKILL");
      await exited;
      await collector.close();
    },
  };
}
