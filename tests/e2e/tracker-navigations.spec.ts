import type { Page } from "@playwright/test";
import type { Collector } from "./support/collector";
import { goBack, hide, painted, startUnattendedBrowser } from "./support/real-tabs";
import { expect, test } from "./support/tracker-test";

const LOAD_METRICS = ["CLS", "FCP", "LCP", "TTFB"];

const namesOf = (measurements: readonly { name: string }[]) => measurements.map(({ name }) => name).sort();

const measured = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return document.readyState === "complete" && paint !== undefined && "vitals" in window;
  });
  await painted(page);
};

/** Hides the page, and waits for all metrics of its load. */
async function collect(page: Page, collector: Collector, count = LOAD_METRICS.length) {
  await hide(page);
  await collector.until(({ measurements }) => measurements.length >= count);
}

test.describe("vitals.js in frames", () => {
  test("reports one page view for a page with frames of its own origin", async ({ tab, site, collector }) => {
    const frame = site.page("/frame", { script: { route: "/frame" } });
    const url = site.page("/page", {
      body: `<iframe src="${frame}?1"></iframe><iframe src="${frame}?2"></iframe>`,
      script: { route: "/page" },
    });
    await tab.goto(url);
    await measured(tab);
    for (const child of tab.frames()) await child.waitForFunction("'vitals' in window");
    await collect(tab, collector);
    await tab.goto(site.page("/next", { script: { "sample-rate": "0" } }));
    expect(collector.reports.map(({ route }) => route)).not.toContain("/frame");
    expect(namesOf(collector.measurements)).toEqual(LOAD_METRICS);
  });

  test("measures a frame of another origin with data-frames", async ({ tab, site, collector }) => {
    const other = (path: string) => site.origin.replace("127.0.0.1", "localhost") + path;
    site.page("/silent", { script: { route: "/silent" } });
    site.page("/embedded", { script: { route: "/embedded", frames: "" } });
    const url = site.page("/page", {
      body: `<iframe src="${other("/silent")}"></iframe><iframe src="${other("/embedded")}"></iframe>`,
      script: { route: "/page" },
    });
    await tab.goto(url);
    await measured(tab);
    for (const child of tab.frames()) await child.waitForFunction("'vitals' in window");
    await hide(tab);
    await collector.until(({ measurements }) =>
      ["/page", "/embedded"].every((route) =>
        measurements.some((m) => m.route === route && m.name === "TTFB"),
      ),
    );
    expect(new Set(collector.reports.map(({ route }) => route))).toEqual(new Set(["/page", "/embedded"]));
  });
});

test.describe("vitals.js, routes", () => {
  for (const [where, to] of Object.entries({ fragment: "#/settings", query: "?page=settings" })) {
    test(`in the ${where}: the load keeps its own route`, async ({ tab, site, collector }) => {
      const url = site.page("/app", {
        body: `<button onclick="history.pushState(null, '', '${to}'); vitals.setRoute('/settings'); this.textContent = 'Settings'">Go</button>`,
      });
      await tab.goto(`${url}#/home`);
      await measured(tab);
      await tab.evaluate("vitals.setRoute('/home')");
      await tab.click("button");
      await painted(tab);
      await collect(tab, collector, 5);
      expect(new Set(collector.reports.map(({ route }) => route))).toEqual(new Set(["/home"]));
    });
  }

  test("assigns a declared route to the load, after any change of the URL", async ({
    tab,
    site,
    collector,
  }) => {
    const url = site.page("/shop/blue-shirt/", {
      head: `<meta name="vitals-route" content="/shop/[slug]"><script>history.replaceState(null, "", "/shop/blue-shirt");</script>`,
    });
    await tab.goto(url);
    await measured(tab);
    await collect(tab, collector);
    for (const report of collector.reports) expect(report).toMatchObject({ url, route: "/shop/[slug]" });
  });

  test("assigns a restore to the restored view", async ({ tab, site, collector }) => {
    const url = site.page("/app/home", { script: { route: "/home" } });
    await tab.goto(url);
    await measured(tab);
    await tab.evaluate("history.pushState(null, '', '/app/settings'); vitals.setRoute('/settings')");
    await tab.goto(site.page("/elsewhere", { script: { "sample-rate": "0" } }));
    await collector.until(({ measurements }) => measurements.length === LOAD_METRICS.length);
    const before = new Set(collector.measurements.map(({ id }) => id));
    await goBack(tab);
    await painted(tab);
    await collect(tab, collector, 2 * LOAD_METRICS.length);
    for (const report of collector.reports) {
      expect(report).toMatchObject(
        before.has(report.id)
          ? { url, route: "/home", navigationType: "navigate" }
          : { url: `${site.origin}/app/settings`, route: "/settings", navigationType: "back-forward-cache" },
      );
    }
  });
});

/** Navigates to `/next` as soon as the document is parsed, and reports when the next page is shown. */
const leaving = (rules: string) => `<script type="speculationrules">${rules}</script><script>
  (async function poll() {
    const { ready } = await (await fetch("/ready")).json();
    if (ready) location.href = "/next";
    else setTimeout(poll, 50);
  })();
</script>`;

/** Reports when the browser has reported the paint of the page while it was visible. */
const REPORT_PAINT = `<script>
  const visible = () =>
    new PerformanceObserver((list, observer) => {
      observer.disconnect();
      fetch("/visible");
    }).observe({ type: "largest-contentful-paint", buffered: true });
  if (document.prerendering) {
    document.addEventListener("prerenderingchange", visible);
    addEventListener("load", () => fetch("/loaded"));
  } else addEventListener("load", visible);
</script>`;

/** Delay of the page's server in ms, longer than a busy machine needs to show a ready page. */
const SLOW_ANSWER = 3_000;

const SPECULATIONS = {
  prerender: { navigationType: "prerender", ready: "loaded" },
  prefetch: { navigationType: "navigate", ready: "fetched" },
} as const;

for (const [how, { navigationType, ready }] of Object.entries(SPECULATIONS)) {
  test(`vitals.js reports the navigation type or delivery type of a load by ${how}`, async ({
    site,
    collector,
  }) => {
    const state = { ready: false };
    const visible = new Promise<void>((resolve) => {
      site.answer("/visible", {}, (_request, response) => {
        resolve();
        response.writeHead(204).end();
      });
    });
    site.answer("/ready", {}, (_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(state));
    });
    site.answer("/loaded", {}, (_request, response) => {
      state.ready = true;
      response.writeHead(204).end();
    });
    const parts = { head: REPORT_PAINT, script: { route: "/next" } };
    site.answer("/next", parts, (_request, response, html) => {
      setTimeout(() => {
        response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html, () => {
          if (ready === "fetched") setTimeout(() => Object.assign(state, { ready: true }), 100);
        });
      }, SLOW_ANSWER);
    });
    const rules = JSON.stringify({ [how]: [{ urls: ["/next"], eagerness: "immediate" }] });
    const first = site.page("/first", { head: leaving(rules), script: { "sample-rate": "0" } });

    const browser = await startUnattendedBrowser();
    try {
      await browser.open(first);
      await visible;
      await browser.open("about:blank");
      await collector.until(({ measurements }) => measurements.length >= 3);
    } finally {
      await browser.close();
    }
    const [{ beacon } = { beacon: null }] = collector.received;
    expect(beacon).toMatchObject({ route: "/next", deliveryType: "navigational-prefetch" });
    for (const report of collector.reports) expect(report.navigationType).toBe(navigationType);
    const ttfb = collector.measurements.find(({ name }) => name === "TTFB");
    expect(ttfb?.value).toBeLessThan(SLOW_ANSWER);
    if (how === "prerender") expect(ttfb?.attribution.activationStart).toBeGreaterThan(0);
  });
}

test("vitals.js reports the final headers of a load with Early Hints", async ({ tab, site, collector }) => {
  const url = site.answer("/hinted", {}, (_request, response, html) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
    setTimeout(() => {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html);
    }, 500);
  });
  await tab.goto(url);
  await measured(tab);
  await collect(tab, collector);
  for (const name of ["TTFB", "LCP"]) {
    const { attribution = {} } = collector.measurements.find((m) => m.name === name) ?? {};
    expect(attribution.finalResponseHeadersStart).toBeGreaterThanOrEqual(499);
    expect(attribution.firstInterimResponseStart).toBeLessThan(Number(attribution.finalResponseHeadersStart));
  }
  expect(collector.received[0]?.beacon.deliveryType).toBeUndefined();
});
