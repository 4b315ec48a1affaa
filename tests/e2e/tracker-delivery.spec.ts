import type { Page } from "@playwright/test";
import type { Collector } from "./support/collector";
import { hide, interact, painted, show } from "./support/real-tabs";
import { expect, test } from "./support/tracker-test";

const namesOf = (measurements: readonly { name: string }[]) => measurements.map(({ name }) => name).sort();

async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return document.readyState === "complete" && paint !== undefined && "vitals" in window;
  });
  await painted(page);
}

const BUSY_MS = 80;
const BUSY = `const end = performance.now() + ${BUSY_MS}; while (performance.now() < end);`;

async function inpAfterHiding(page: Page, collector: Collector) {
  await hide(page);
  await collector.until(({ measurements }) => measurements.some(({ name }) => name === "INP"));
  return collector.measurements.find(({ name }) => name === "INP")?.attribution;
}

test.describe("vitals.js, the target of an interaction", () => {
  test("is sent after its own handler removed it", async ({ tab, site, collector }) => {
    const body = `<main><button class="close" onclick="${BUSY} this.remove()">Close</button></main>`;
    await visit(tab, site.page("/removed", { body }));
    await interact(tab, BUSY_MS, () => tab.click("button"));
    expect(await inpAfterHiding(tab, collector)).toMatchObject({
      interactionTarget: "html>body>main>button.close",
    });
  });

  test("is the element within a shadow root", async ({ tab, site, collector }) => {
    const body = `<my-cart></my-cart><script>
      const root = document.querySelector("my-cart").attachShadow({ mode: "open" });
      root.innerHTML = '<p><button class="buy" onclick="${BUSY}">Buy</button></p>';
    </script>`;
    await visit(tab, site.page("/shadow", { body }));
    await interact(tab, BUSY_MS, () => tab.click("button.buy"));
    expect(await inpAfterHiding(tab, collector)).toMatchObject({
      interactionTarget: "html>body>my-cart>>>p>button.buy",
    });
  });

  test("is sent for keys, with the processing time of a short handler", async ({ tab, site, collector }) => {
    const busy = 20;
    const short = `const end = performance.now() + ${busy}; while (performance.now() < end); this.remove()`;
    await visit(tab, site.page("/key", { body: `<input id="name" onkeydown="${short}">` }));
    await tab.focus("#name");
    await interact(tab, busy, () => tab.keyboard.press("a"));
    const attribution = await inpAfterHiding(tab, collector);
    expect(attribution).toMatchObject({ interactionTarget: "#name", interactionType: "keyboard" });
    expect(attribution?.processingDuration).toBeGreaterThanOrEqual(19);
  });
});

/** Exhausts the keepalive limit once, when the page is hidden, before the script sends. */
const QUOTA_FILLED = `<script>
  let once = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || once++) return;
    navigator.sendBeacon("/sink", "x".repeat(60000));
    navigator.sendBeacon("/sink", "x".repeat(5400));
  }, true);
</script>`;

test("vitals.js sends a beacon over the keepalive limit without keepalive while the page lives", async ({
  tab,
  site,
  collector,
}) => {
  const released: Array<() => void> = [];
  site.answer("/sink", {}, (request, response) => {
    request.resume();
    released.push(() => response.writeHead(204).end());
  });
  await visit(tab, site.page("/full", { head: QUOTA_FILLED }));
  await hide(tab);
  // Both requests of the other script are still pending.
  await collector.until(({ measurements }) => measurements.length >= 4);
  expect(namesOf(collector.measurements)).toEqual(["CLS", "FCP", "LCP", "TTFB"]);
  for (const release of released) release();
});

test("vitals.js retries a beacon that failed", async ({ tab, site, collector }) => {
  const head = `<script>
    const beacon = Navigator.prototype.sendBeacon, fetched = window.fetch;
    window.isDown = true;
    Navigator.prototype.sendBeacon = function (...rest) { return !isDown && beacon.apply(this, rest); };
    window.fetch = (...rest) => (isDown ? Promise.reject(new TypeError("down")) : fetched(...rest));
  </script>`;
  await visit(tab, site.page("/down", { head }));
  await hide(tab);
  await tab.evaluate("isDown = false");
  await show(tab);
  await collector.until(({ measurements }) => measurements.length >= 4);
  expect(namesOf(collector.measurements)).toEqual(["CLS", "FCP", "LCP", "TTFB"]);
});

test("vitals.js sends on pagehide when visibilitychange is stopped", async ({ tab, site, collector }) => {
  const head = `<script>addEventListener("visibilitychange", (e) => e.stopImmediatePropagation(), true);</script>`;
  await visit(tab, site.page("/stopped", { head, body: `<button onclick="${BUSY}">Go</button>` }));
  await interact(tab, BUSY_MS, () => tab.click("button"));
  // web-vitals reads INP when the browser is idle.
  await tab.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))));
  await tab.goto(site.page("/next", { script: { "sample-rate": "0" } }));
  await collector.until(({ measurements }) => measurements.length >= 5);
  expect(namesOf(collector.measurements)).toEqual(["CLS", "FCP", "INP", "LCP", "TTFB"]);
});

const DAY = 86_400_000;

for (const [what, offset] of Object.entries({
  "8 days behind": -8 * DAY,
  "400 days behind": -400 * DAY,
  "400 days ahead": 400 * DAY,
})) {
  test(`vitals.js loses no measurement when a clock that is ${what} is corrected while the page is open`, async ({
    tab,
    site,
    collector,
  }) => {
    const head = `<script>
      const clock = Date.now.bind(Date);
      window.offset = ${offset};
      Date.now = () => clock() + offset;
    </script>`;
    await visit(tab, site.page("/clock", { head, body: `<button onclick="${BUSY}">Go</button>` }));
    await hide(tab);
    await collector.until(({ measurements }) => measurements.length >= 4);
    await show(tab);
    await tab.evaluate("offset = 0");
    await interact(tab, BUSY_MS, () => tab.click("button"));
    await hide(tab);
    await collector.until(({ measurements }) => measurements.length >= 5);
    for (const { beacon } of collector.received) {
      expect(beacon.age).toBeGreaterThan(0);
      expect(beacon.age).toBeLessThan(600_000);
    }
  });
}

test("vitals.js marks a repeated report", async ({ tab, site, collector }) => {
  await visit(tab, site.page("/repeat"));
  await hide(tab);
  await collector.until(({ measurements }) => measurements.length >= 4);
  const first = collector.reports.length;
  expect(collector.reports.map(({ repeat }) => repeat)).not.toContain(true);
  await show(tab);
  await tab.evaluate(
    () =>
      new Promise<void>((resolve) => {
        new PerformanceObserver(() => resolve()).observe({ type: "layout-shift" });
        const banner = document.createElement("div");
        banner.style.height = "120px";
        document.body.prepend(banner);
      }),
  );
  await painted(tab);
  await hide(tab);
  await collector.until(({ reports }) => reports.length > first);
  for (const report of collector.reports.slice(first)) {
    expect(report).toMatchObject({ name: "CLS", repeat: true });
  }
});
