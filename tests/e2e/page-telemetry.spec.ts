import { test as base, expect } from "@playwright/test";
import { type LoopbackCollector, startLoopbackCollector } from "../support/loopback-collector";
import { receivedSpans } from "../support/otlp";
import { type Cockpit, signInTo, startCockpit } from "./support/cockpit";

type Span = { traceId: string; spanId: string; kind: number; name: string };
type FaroBody = {
  meta: {
    app: { name: string; version: string; environment: string };
    page: { id: string; url: string };
  };
  events?: Array<{ name: string; trace?: { trace_id: string; span_id: string } }>;
  measurements?: Array<{ type: string }>;
  traces?: { resourceSpans: Array<{ scopeSpans: Array<{ spans: Span[] }> }> };
};

// Three tests share a browser, which no other file uses.
base.describe.configure({ mode: "default" });

type Telemetry = { cockpit: Cockpit; faro: LoopbackCollector; otlp: LoopbackCollector };

/** A cockpit whose pages and server send telemetry to two collectors of the test. */
const test = base.extend<{ telemetry: Telemetry }>({
  telemetry: async ({ page }, use) => {
    const faro = await startLoopbackCollector((response) =>
      response
        .writeHead(202, { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" })
        .end(),
    );
    const otlp = await startLoopbackCollector();
    const cockpit = await startCockpit(undefined, {
      FARO_URL: `${faro.origin}/collect/key`,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.origin,
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    });
    await use({ cockpit, faro, otlp });
    await page.close();
    await cockpit.stop();
    await faro.close();
    await otlp.close();
  },
});

const bodiesOf = ({ received }: LoopbackCollector): FaroBody[] =>
  received.flatMap(({ body }) => (body.length > 0 ? [JSON.parse(body.toString()) as FaroBody] : []));

const browserSpans = (faro: LoopbackCollector): Span[] =>
  bodiesOf(faro)
    .flatMap(({ traces }) => traces?.resourceSpans ?? [])
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);

test("page and server share one trace", async ({ page, telemetry }) => {
  const { cockpit, faro, otlp } = telemetry;
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  const url = `${cockpit.origin}/admin/performance?range=7d&q=s3cret`;
  await signInTo(page, url);

  const timing = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return navigation?.serverTiming.find(({ name }) => name === "traceparent")?.description ?? "";
  });
  const [, traceId, spanId] = timing.split("-");
  const navigations = () =>
    bodiesOf(faro)
      .filter(({ meta }) => meta.page.id === "/admin/performance")
      .flatMap(({ events = [] }) => events)
      .filter(({ name }) => name === "faro.performance.navigation");
  await expect.poll(() => navigations()[0]?.trace).toEqual({ trace_id: traceId, span_id: spanId });
  const serverSpan = (of: string) =>
    receivedSpans(otlp).find((span) => span.kind === "server" && span.traceId === of);
  await expect.poll(() => serverSpan(traceId ?? "")?.name).toBe("GET /admin/performance");
  expect(serverSpan(traceId ?? "")).toMatchObject({
    spanId,
    attributes: { "http.route": "/admin/performance" },
    resource: { "deployment.environment.name": "test" },
  });

  // For requests of the page, the server's span is a child of the browser's.
  const status = await page.evaluate(
    async () => (await fetch("/api/admin/performance/web-vitals?range=1h&q=s3cret")).status,
  );
  expect(status).toBe(200);
  const asked = () =>
    receivedSpans(otlp).find(
      ({ kind, attributes }) =>
        kind === "server" && attributes["http.route"] === "/api/admin/performance/web-vitals",
    );
  await expect.poll(() => asked()?.parentSpanId ?? null).not.toBeNull();
  const parent = () =>
    browserSpans(faro).find(
      (span) => span.traceId === asked()?.traceId && span.spanId === asked()?.parentSpanId,
    );
  await expect.poll(() => parent()?.kind).toBe(3);

  // The telemetry contains Web Vitals, and no query of a URL.
  await expect
    .poll(() =>
      bodiesOf(faro).some(({ measurements }) => measurements?.some(({ type }) => type === "web-vitals")),
    )
    .toBe(true);
  const [{ meta } = { meta: null }] = bodiesOf(faro).filter(
    ({ meta: of }) => of.page.id === "/admin/performance",
  );
  expect(meta).toMatchObject({
    app: { name: "vitals-cockpit", version: expect.stringMatching(/^cockpit-/), environment: "test" },
    page: { url: `${cockpit.origin}/admin/performance` },
  });
  const everything = [...faro.received, ...otlp.received].map(({ body }) => body.toString()).join();
  expect(everything).not.toMatch(/s3cret|range=7d/);
  expect(errors).toEqual([]);
});

test("a page works while the collector is down", async ({ page }) => {
  const cockpit = await startCockpit(undefined, { FARO_URL: "http://127.0.0.1:1/collect" });
  const thrown: string[] = [];
  page.on("pageerror", ({ message }) => thrown.push(message));
  await signInTo(page, `${cockpit.origin}/admin/performance`);
  await expect(page.getByRole("heading", { name: "Add the script to a site" })).toBeVisible();
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("127.0.0.1:1/")),
  );
  expect(thrown).toEqual([]);
  await cockpit.stop();
});

test("a page loads no telemetry script without FARO_URL", async ({ page }) => {
  const cockpit = await startCockpit();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await signInTo(page, `${cockpit.origin}/admin/performance`);
  await page.waitForLoadState("networkidle");
  expect(asked.filter((path) => /faro|collect/.test(path))).toEqual([]);
  expect(await page.evaluate(() => "faro" in window)).toBe(false);
  await cockpit.stop();
});
