import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { startLoopbackCollector } from "../support/loopback-collector";
import { toProtobuf } from "../support/otlp-logs";
import { type Cockpit, startCockpit, TOKEN } from "./support/cockpit";
import { hide, interact, painted } from "./support/real-tabs";
import { BUSY, type SenderSite, startSenderSite } from "./support/sender-site";
import { test as base, expect } from "./support/tracker-test";

const METRICS = ["CLS", "FCP", "INP", "LCP", "TTFB"] as const;

const test = base.extend<{ senderSite: SenderSite; cockpit: Cockpit }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's form
  senderSite: async ({}, use) => {
    const senderSite = await startSenderSite();
    await use(senderSite);
    await senderSite.close();
  },
  cockpit: async ({ senderSite }, use) => {
    const cockpit = await startCockpit(undefined, { ALLOWED_ORIGINS: senderSite.origin });
    await use(cockpit);
    await cockpit.stop();
  },
});

/** Opens a page, clicks its button, and hides it, so that it reports every metric. */
async function visit(tab: Page, url: string): Promise<void> {
  await tab.goto(url);
  await tab.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  await painted(tab);
  await interact(tab, BUSY, () => tab.getByRole("button").click());
  await hide(tab);
  await tab.bringToFront();
}

async function countsOf(cockpit: Cockpit, release: string): Promise<Record<string, number | undefined>> {
  const { current } = await cockpit.vitals({ range: "1h", release });
  return Object.fromEntries(METRICS.map((metric) => [metric, current.metrics[metric]?.n]));
}

const ONE_EACH = { CLS: 1, FCP: 1, INP: 1, LCP: 1, TTFB: 1 };

async function metric(cockpit: Cockpit, line: string): Promise<number> {
  const response = await fetch(`${cockpit.origin}/metrics`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  const found = (await response.text()).split("\n").find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}

/** OpenTelemetry's browser SDK with its instrumentations, set up as documented. */
const openTelemetry = (url: string, { build, page }: { build: string; page: "document" | "navigation" }) => `
  import { startLogsSdk } from "@opentelemetry/browser-sdk/logs";
  import { createDocumentLogRecordProcessor, createLocationDocumentProvider } from "@opentelemetry/browser-sdk/document";
  import { NavigationInstrumentation } from "@opentelemetry/browser-instrumentation/experimental/navigation";
  import { ResourceTimingInstrumentation } from "@opentelemetry/browser-instrumentation/experimental/resource-timing";
  import { WebVitalsInstrumentation } from "@opentelemetry/browser-instrumentation/experimental/web-vitals";
  const documentPage = createDocumentLogRecordProcessor(createLocationDocumentProvider());
  startLogsSdk({
    serviceName: "shop-web",
    serviceVersion: "${build}",
    resourceAttributes: { "deployment.environment.name": "production" },
    exportConfig: { url: "${url}/v1/logs" },
    ${page === "document" ? "processors: [documentPage]," : ""}
    ${page === "navigation" ? "batchProcessorConfig: { scheduledDelayMillis: 60_000 }," : ""}
  });
  new NavigationInstrumentation();
  new ResourceTimingInstrumentation();
  new WebVitalsInstrumentation({ includeRawAttribution: true });
`;

test("the cockpit stores Web Vitals of OpenTelemetry's browser SDK", async ({ tab, senderSite, cockpit }) => {
  const source = openTelemetry(cockpit.origin, { build: "otel-1", page: "document" });
  await visit(tab, `${await senderSite.program("/workspace/42", source)}?token=secret`);
  await expect.poll(() => countsOf(cockpit, "otel-1")).toEqual(ONE_EACH);
  const { routes } = await cockpit.vitals({ range: "1h", release: "otel-1" });
  expect(routes.map(({ route, n }) => ({ route, n }))).toEqual([{ route: "/workspace/[id]", n: 1 }]);
  expect(await metric(cockpit, 'vitals_otlp_requests_total{status="200"}')).toBeGreaterThan(0);
  expect(await metric(cockpit, 'vitals_otlp_records_ignored_total{event="browser.navigation"}')).toBe(1);
});

test("the cockpit stores batches of a collector with Web Vitals of OpenTelemetry's browser SDK", async ({
  tab,
  senderSite,
  cockpit,
}) => {
  const collector = await startLoopbackCollector((response) =>
    response
      .writeHead(200, {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "content-type",
        "Content-Type": "application/json",
      })
      .end("{}"),
  );
  const pages = ["/workspace/42", "/settings", "/workspace/43"];
  for (const [i, path] of pages.entries()) {
    const source = openTelemetry(collector.origin, { build: `otel-${i % 2}`, page: "navigation" });
    await visit(tab, await senderSite.program(path, source));
  }
  const sent = () =>
    collector.received
      .filter(({ body }) => body.length > 0)
      .map(({ body }) => JSON.parse(body.toString()) as { resourceLogs: object[] });
  const lastMetrics = () => JSON.stringify(sent()).match(/"stringValue":"(?:cls|inp)"/g)?.length;
  await expect.poll(lastMetrics).toBe(2 * pages.length);
  await collector.close();

  // Like the collector's batch processor: several resources in one request, in protobuf and gzip.
  const batch = { resourceLogs: sent().flatMap(({ resourceLogs }) => resourceLogs) };
  const response = await fetch(`${cockpit.origin}/v1/logs`, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-protobuf",
      "Content-Encoding": "gzip",
      "User-Agent": "OpenTelemetry Collector Contrib/0.150.0 (linux/amd64)",
    },
    body: gzipSync(toProtobuf(batch)),
  });
  expect(response.status).toBe(200);
  expect((await response.arrayBuffer()).byteLength).toBe(0);
  await expect.poll(() => countsOf(cockpit, "otel-0")).toEqual({ CLS: 2, FCP: 2, INP: 2, LCP: 2, TTFB: 2 });
  await expect.poll(() => countsOf(cockpit, "otel-1")).toEqual(ONE_EACH);
  const { routes } = await cockpit.vitals({ range: "1h" });
  expect(routes.map(({ route }) => route)).toEqual(expect.arrayContaining(["/workspace/[id]", "/settings"]));
});

test("the cockpit stores bare metrics of web-vitals 2 to 6, and ignores FID", async ({
  tab,
  senderSite,
  cockpit,
}) => {
  const versions = [
    { name: "web-vitals-2", expected: { ...ONE_EACH, INP: 0 } },
    { name: "web-vitals-3", expected: ONE_EACH },
    { name: "web-vitals-4", expected: ONE_EACH },
    { name: "web-vitals-5", expected: ONE_EACH },
    { name: "web-vitals", expected: ONE_EACH },
  ];
  for (const { name, expected } of versions) {
    const endpoint = new URL("/api/analytics/web-vitals", cockpit.origin);
    endpoint.search = String(new URLSearchParams({ build_version: name, route: "/workspace/[id]" }));
    const url = await senderSite.program(
      `/${name}`,
      `import * as webVitals from "${name}";
       const report = (metric) => navigator.sendBeacon("${endpoint}", JSON.stringify(metric));
       for (const name of ["CLS", "FCP", "FID", "INP", "LCP", "TTFB"]) {
         const observe = webVitals["on" + name] ?? webVitals["get" + name];
         observe?.(report);
       }`,
    );
    await visit(tab, url);
    await expect.poll(() => countsOf(cockpit, name), { message: name }).toEqual(expected);
    const { current } = await cockpit.vitals({ range: "1h", release: name });
    // web-vitals 2 reports no navigation type, so its pages count as loads.
    expect(current.pageViewsByNavigation, name).toMatchObject({ load: 1, bfcache: 0, soft: 0 });
  }
  const retired = () => metric(cockpit, 'vitals_measurements_ignored_total{reason="retired-metric"}');
  await expect.poll(retired).toBe(3);
  expect(await metric(cockpit, 'vitals_measurements_dropped_total{reason="unknown-metric"}')).toBe(0);
});

test("the cockpit stores Web Vitals of Faro React", async ({ tab, senderSite, cockpit }) => {
  const source = `
    import { FaroErrorBoundary, getWebInstrumentations, initializeFaro, ReactIntegration } from "@grafana/faro-react";
    import { createRoot } from "react-dom/client";
    initializeFaro({
      url: "${cockpit.origin}/collect",
      app: { name: "shop-web", version: "faro-react", environment: "production" },
      pageTracking: { generatePageId: () => "/workspace/[id]" },
      instrumentations: [...getWebInstrumentations(), new ReactIntegration()],
    });
    createRoot(document.getElementById("root")).render(<FaroErrorBoundary><p>An app</p></FaroErrorBoundary>);
  `;
  await visit(tab, await senderSite.program("/workspace/42", source));
  await expect.poll(() => countsOf(cockpit, "faro-react")).toEqual(ONE_EACH);
  const { routes } = await cockpit.vitals({ range: "1h", release: "faro-react" });
  expect(routes.map(({ route, n }) => ({ route, n }))).toEqual([{ route: "/workspace/[id]", n: 1 }]);
});

test("the cockpit accepts JSON of sendBeacon from another origin", async ({ tab, senderSite, cockpit }) => {
  await tab.goto(senderSite.page("/json"));
  const id = (n: number) => `v6-${Date.now()}-${1_000_000_000_000 + n}`;
  const bodies: Array<[string, object]> = [
    [
      "/api/analytics/web-vitals",
      { buildVersion: "json", route: "/beacon", measurements: [{ id: id(1), name: "LCP", value: 100 }] },
    ],
    [
      "/api/analytics/faro",
      {
        meta: { app: { version: "json" }, page: { id: "/faro" } },
        measurements: [{ type: "web-vitals", values: { lcp: 100 }, context: { id: id(2) } }],
      },
    ],
    [
      "/v1/logs",
      {
        resourceLogs: [
          {
            resource: { attributes: [{ key: "service.version", value: { stringValue: "json" } }] },
            scopeLogs: [
              {
                logRecords: [
                  {
                    eventName: "browser.web_vital",
                    attributes: [
                      { key: "http.route", value: { stringValue: "/otlp" } },
                      { key: "browser.web_vital.name", value: { stringValue: "lcp" } },
                      { key: "browser.web_vital.value", value: { intValue: 100 } },
                      { key: "browser.web_vital.id", value: { stringValue: id(3) } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  ];
  for (const [path, body] of bodies) {
    await tab.evaluate(
      ([url, text]) => navigator.sendBeacon(url, new Blob([text], { type: "application/json" })),
      [cockpit.origin + path, JSON.stringify(body)] as const,
    );
  }
  const routes = async () => {
    const { routes } = await cockpit.vitals({ range: "1h", release: "json" });
    return routes.map(({ route }) => route).sort();
  };
  await expect.poll(routes).toEqual(["/beacon", "/faro", "/otlp"]);
});
