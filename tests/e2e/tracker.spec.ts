import type { Page } from "@playwright/test";
import type { Collector, PageMeasurement } from "./support/collector";
import { clickFor, goBack, hide, largest, painted, show, WORK_BUTTON } from "./support/real-tabs";
import { expect, test } from "./support/tracker-test";

const namesOf = (measurements: readonly { name: string }[]) => measurements.map(({ name }) => name).sort();

const ALL = ["CLS", "FCP", "INP", "LCP", "TTFB"];

function one(collector: Collector, name: string): PageMeasurement {
  const found = collector.measurements.filter((measurement) => measurement.name === name);
  const [measurement] = found;
  if (measurement === undefined || found.length > 1)
    throw new Error(`${found.length} measurements of ${name}`);
  return measurement;
}

/** Causes a layout shift, and resolves when the browser has reported it. */
const shift = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        new PerformanceObserver(() => resolve()).observe({ type: "layout-shift" });
        const banner = document.createElement("div");
        banner.style.height = "120px";
        document.body.prepend(banner);
      }),
  );

/** Resolves when the script has run, and the browser has reported first paint and load. */
const measuring = (page: Page) =>
  page.waitForFunction(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return document.readyState === "complete" && paint !== undefined && "vitals" in window;
  });

async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await measuring(page);
  await painted(page);
}

test("vitals.js sends one beacon with five metrics for a page that is loaded, shifted, clicked and hidden", async ({
  tab,
  site,
  collector,
}) => {
  const url = site.page("/workspace/42", {
    body: `<img id="hero" width="400" height="400" alt="" src="/hero.bmp?signature=secret#part">${WORK_BUTTON}`,
    script: { "build-version": "2.4.1", route: "/workspace/[id]", environment: "production" },
  });
  await visit(tab, `${url}?email=someone@example.com#private`);
  await largest(tab, "#hero");
  await shift(tab);
  await clickFor(tab, 120);
  await hide(tab);
  await collector.until(({ received }) => received.length > 0);

  expect(collector.received).toHaveLength(1);
  const [{ beacon, headers, text } = { beacon: null, headers: null, text: "" }] = collector.received;
  expect(beacon).toMatchObject({
    v: 1,
    buildVersion: "2.4.1",
    url,
    route: "/workspace/[id]",
    environment: "production",
    library: "web-vitals/6.2.3",
  });
  expect(headers?.["content-type"]).toMatch(/^text\/plain/);
  expect(headers?.cookie).toBeUndefined();
  expect(text).not.toMatch(/[?]|secret|example\.com|private|signature/);
  expect(namesOf(collector.reports)).toEqual(ALL);
  for (const { id, navigationType } of collector.reports) {
    expect(id).toMatch(/^v6-\d{13}-\d{13}$/);
    expect(navigationType).toBe("navigate");
  }
  const sequences = collector.reports.map(({ sequence }) => sequence);
  expect(new Set(sequences).size).toBe(5);
  expect(Math.min(...sequences)).toBe(1);

  const lcp = one(collector, "LCP");
  expect(lcp.value).toBeGreaterThan(0);
  expect(lcp.attribution).toMatchObject({ target: "#hero", url: `${site.origin}/hero.bmp` });
  expect(Object.keys(lcp.attribution).sort()).toEqual(
    "elementRenderDelay resourceLoadDelay resourceLoadDuration target timeToFirstByte url".split(" "),
  );
  const inp = one(collector, "INP");
  expect(inp.value).toBeGreaterThanOrEqual(120);
  expect(inp.attribution).toMatchObject({
    interactionTarget: "#work",
    interactionType: "pointer",
    loadState: "complete",
    longestScriptURL: url,
    longestScriptSubpart: "processing-duration",
  });
  expect(inp.attribution.processingDuration).toBeGreaterThanOrEqual(119);
  const cls = one(collector, "CLS");
  expect(cls.value).toBeGreaterThan(0.01);
  expect(cls.attribution).toMatchObject({ largestShiftValue: cls.value, loadState: "complete" });
  expect(Object.keys(cls.attribution).sort()).toEqual(
    "largestShiftTarget largestShiftTime largestShiftValue loadState".split(" "),
  );
  expect(Object.keys(one(collector, "FCP").attribution).sort()).toEqual(
    "firstByteToFCP loadState timeToFirstByte".split(" "),
  );
  expect(Object.keys(one(collector, "TTFB").attribution).sort()).toEqual(
    "cacheDuration connectionDuration dnsDuration requestDuration waitingDuration".split(" "),
  );
});

test("vitals.js sends everything in one beacon when a page is left, including its last layout shift", async ({
  tab,
  site,
  collector,
}) => {
  const next = site.page("/next", { script: { "sample-rate": "0" } });
  await visit(tab, site.page("/left", { body: WORK_BUTTON }));
  await shift(tab);
  await tab.goto(next);
  await collector.until(({ received }) => received.length > 0);
  expect(collector.received).toHaveLength(1);
  expect(namesOf(collector.reports)).toEqual(["CLS", "FCP", "LCP", "TTFB"]);
  expect(one(collector, "CLS").value).toBeGreaterThan(0.01);
});

test("vitals.js reports a larger value under the same id with a higher sequence", async ({
  tab,
  site,
  collector,
}) => {
  await visit(tab, site.page("/growing", { body: WORK_BUTTON }));
  await clickFor(tab, 60);
  await hide(tab);
  await collector.until(({ measurements }) => measurements.length === 5);
  const first = one(collector, "INP");

  await show(tab);
  // On a busy machine the first interaction may be slow.
  const longer = Math.ceil(first.value) + 200;
  await clickFor(tab, longer);
  await hide(tab);
  await collector.until(({ received }) => received.length === 2);
  const second = one(collector, "INP");
  expect(second.id).toBe(first.id);
  expect(second.sequence).toBeGreaterThan(first.sequence);
  expect(second.value).toBeGreaterThanOrEqual(longer);
  expect(namesOf(collector.received[1]?.beacon.measurements ?? [])).toEqual(["INP"]);

  await show(tab);
  await hide(tab);
  // An unchanged page sends nothing; the next beacon is of another page.
  await show(tab);
  await visit(tab, site.page("/another"));
  await hide(tab);
  await collector.until(({ received }) => received.length > 2);
  expect(collector.received[2]?.beacon.url).toBe(`${site.origin}/another`);
});

test("vitals.js measures a restore from the back/forward cache", async ({ tab, site, collector }) => {
  const url = site.page("/kept", { body: WORK_BUTTON, script: { route: "/kept" } });
  await visit(tab, url);
  await clickFor(tab, 60);
  await tab.goto(site.page("/elsewhere", { script: { "sample-rate": "0" } }));
  await collector.until(({ measurements }) => measurements.length === 5);
  const before = new Set(collector.measurements.map(({ id }) => id));

  await goBack(tab);
  await painted(tab);
  await clickFor(tab, 60);
  await hide(tab);
  await collector.until(({ measurements }) => measurements.length === 10);
  const restored = collector.measurements.filter(({ id }) => !before.has(id));
  expect(namesOf(restored)).toEqual(ALL);
  for (const measurement of restored) {
    expect(measurement).toMatchObject({ navigationType: "back-forward-cache", url, route: "/kept" });
  }
  expect(restored.find(({ name }) => name === "TTFB")?.value).toBe(0);
});

/** A single-page application: a button per page, content to paint, and optionally `setRoute`. */
const SPA = `<nav>${["settings", "reports"].map((page) => `<button id="${page}">${page}</button>`).join("")}</nav>
<main><p>Start</p></main><script>
  var namesRoutes = true;
  document.querySelector("nav").addEventListener("click", function (event) {
    var page = event.target.id;
    history.pushState(null, "", "/app/7/" + page + "?tab=secret");
    if (namesRoutes) window.vitals.setRoute("/app/[id]/" + page);
    document.querySelector("main").innerHTML = "<h2>" + page + "</h2><p>" + "The new page. ".repeat(40) + "</p>";
  });
</script>`;

const softNavigationsSeen = (page: Page, count: number) =>
  page.evaluate(
    (expected) =>
      new Promise<void>((resolve) => {
        let seen = 0;
        new PerformanceObserver((list) => {
          seen += list.getEntries().length;
          if (seen >= expected) resolve();
        }).observe({ type: "soft-navigation", buffered: true });
      }),
    count,
  );

test("vitals.js measures soft navigations with their own URL and route", async ({ tab, site, collector }) => {
  const url = site.page("/app/7", {
    body: SPA,
    script: { route: "/app/[id]", "soft-navigations": "" },
  });
  await visit(tab, url);
  await tab.click("#settings");
  await softNavigationsSeen(tab, 1);
  await tab.click("#reports");
  await softNavigationsSeen(tab, 2);
  await painted(tab);
  await hide(tab);
  const pages = ["/app/7", "/app/7/settings", "/app/7/reports"].map((path) => site.origin + path);
  await collector.until(({ measurements }) =>
    pages.every((page) => measurements.some((m) => m.url === page)),
  );

  const measuredOn = (page: string) => collector.measurements.filter((m) => m.url === page);
  expect([...new Set(collector.measurements.map((m) => m.url))].sort()).toEqual([...pages].sort());
  expect(namesOf(measuredOn(url))).toEqual(expect.arrayContaining(["FCP", "LCP", "TTFB"]));
  for (const { route, navigationType } of measuredOn(url)) {
    expect({ route, navigationType }).toEqual({ route: "/app/[id]", navigationType: "navigate" });
  }
  for (const page of ["settings", "reports"]) {
    const soft = measuredOn(`${url}/${page}`);
    expect(namesOf(soft)).toEqual(expect.arrayContaining(["CLS", "FCP", "LCP", "TTFB"]));
    for (const { route, navigationType } of soft) {
      expect({ route, navigationType }).toEqual({
        route: `/app/[id]/${page}`,
        navigationType: "soft-navigation",
      });
    }
  }
  for (const { text } of collector.received) expect(text).not.toContain("secret");
});

test("vitals.js sends a soft navigation without a name without a route", async ({ tab, site, collector }) => {
  const url = site.page("/app/7", {
    head: '<meta name="vitals-route" content="/app/[id]">',
    body: SPA,
    script: { "soft-navigations": "" },
  });
  await visit(tab, url);
  await tab.evaluate(() => Object.assign(window, { namesRoutes: false }));
  await tab.click("#settings");
  await softNavigationsSeen(tab, 1);
  await hide(tab);
  await collector.until(({ measurements }) => measurements.some((m) => m.url === `${url}/settings`));
  for (const { beacon } of collector.received) {
    expect(beacon.route).toBe(beacon.url === url ? "/app/[id]" : undefined);
  }
});

test("vitals.js keeps URL and route of the load without soft navigations", async ({
  tab,
  site,
  collector,
}) => {
  const url = site.page("/app/7", { body: SPA, script: { route: "/app/[id]" } });
  await visit(tab, url);
  await tab.click("#settings");
  await painted(tab);
  await hide(tab);
  await collector.until(({ measurements }) => measurements.length === 5);
  expect(namesOf(collector.reports)).toEqual(ALL);
  for (const report of collector.reports) {
    expect(report).toMatchObject({ url, route: "/app/[id]", navigationType: "navigate" });
  }
});

const ROUTE_SOURCES = {
  "a meta element": { head: '<meta name="vitals-route" content="/named/[id]">' },
  "a window.vitals from before the script": {
    head: '<script>window.vitals = { route: "/named/[id]" };</script>',
  },
  setRoute: {
    body: '<script>addEventListener("load", function () { vitals.setRoute("/named/[id]"); });</script>',
    scriptFlags: "",
  },
  "a module's element": { script: { route: "/named/[id]" }, scriptFlags: 'type="module" crossorigin' },
};

for (const [source, parts] of Object.entries(ROUTE_SOURCES)) {
  test(`vitals.js reads the route from ${source}`, async ({ tab, site, collector }) => {
    await visit(tab, site.page("/named/1", parts));
    await hide(tab);
    await collector.until(({ received }) => received.length > 0);
    for (const { beacon } of collector.received) expect(beacon.route).toBe("/named/[id]");
  });
}

const BEACONS_REFUSED = {
  "does not exist": "delete Navigator.prototype.sendBeacon;",
  refuses: "Navigator.prototype.sendBeacon = function () { return false; };",
  throws: "Navigator.prototype.sendBeacon = function () { throw new Error('forbidden'); };",
};

for (const [how, breakIt] of Object.entries(BEACONS_REFUSED)) {
  test(`vitals.js sends the same by fetch where sendBeacon ${how}`, async ({ tab, site, collector }) => {
    await visit(tab, site.page("/fetched", { head: `<script>${breakIt}</script>`, body: WORK_BUTTON }));
    await clickFor(tab, 0);
    await tab.goto(site.page("/next", { script: { "sample-rate": "0" } }));
    await collector.until(({ received }) => received.length > 0);
    expect(namesOf(collector.measurements)).toEqual(ALL);
    expect(collector.received[0]?.headers["content-type"]).toMatch(/^text\/plain/);
  });
}

/** Counts the page's attempts to send, in its variable `sent`. */
const COUNT_SENT = `<script>
  var sent = 0;
  Navigator.prototype.sendBeacon = function () { sent++; return true; };
  window.fetch = function () { sent++; return Promise.resolve(); };
</script>`;

test("vitals.js sends nothing of a page load outside the sample, and its setRoute has no effect", async ({
  tab,
  site,
}) => {
  const url = site.page("/unsampled", {
    head: COUNT_SENT,
    body: WORK_BUTTON,
    script: { "sample-rate": "0" },
  });
  await visit(tab, url);
  await clickFor(tab, 50);
  await tab.evaluate("vitals.setRoute('/x')");
  await hide(tab);
  expect(await tab.evaluate("sent")).toBe(0);
});

test("vitals.js measures once with two script elements", async ({ tab, site, collector }) => {
  const again = `<script async src="${collector.origin}/vitals.js?again"></script>`;
  await visit(tab, site.page("/twice", { head: again, body: WORK_BUTTON }));
  await clickFor(tab, 0);
  await hide(tab);
  await collector.until(({ received }) => received.length > 0);
  expect(collector.received).toHaveLength(1);
  expect(namesOf(collector.reports)).toEqual(ALL);
});

test("vitals.js sends measurements of a hidden page without another event", async ({
  tab,
  site,
  collector,
}) => {
  const url = site.page("/background");
  const session = await tab.context().newCDPSession(tab);
  await session.send("Target.createTarget", { url, background: true });
  await collector.until(({ received }) => received.length > 0);
  expect(collector.received[0]?.beacon).toMatchObject({ url, measurements: [{ name: "TTFB" }] });
});

/** Listeners of other scripts that could cost a measurement if they run before ours. */
const OTHERS_FIRST = {
  "never becomes idle, so that web-vitals waits for the same event": `
    window.requestIdleCallback = function () { return 0; };`,
  "keeps visibilitychange from the window": `
    document.addEventListener("visibilitychange", function (event) { event.stopImmediatePropagation(); });`,
};

for (const [what, script] of Object.entries(OTHERS_FIRST)) {
  test(`vitals.js loses no measurement when a page is left that ${what}`, async ({
    tab,
    site,
    collector,
  }) => {
    const next = site.page("/next", { script: { "sample-rate": "0" } });
    await visit(tab, site.page("/left", { head: `<script>${script}</script>`, body: WORK_BUTTON }));
    await shift(tab);
    await clickFor(tab, 60);
    await tab.goto(next);
    // Metrics that web-vitals reads after the page was left come in a second beacon.
    await collector.until(({ measurements }) => measurements.length === ALL.length);
    expect(namesOf(collector.reports)).toEqual(ALL);
    expect(one(collector, "CLS").value).toBeGreaterThan(0);
    expect(one(collector, "INP").value).toBeGreaterThanOrEqual(56);
  });
}

const BROKEN = {
  "window.vitals is frozen and can't be replaced": `
    Object.defineProperty(window, "vitals", { value: Object.freeze({ route: "/frozen" }) });`,
  "window.vitals throws": `
    Object.defineProperty(window, "vitals", { get: function () { throw new Error("no"); } });`,
  "there is no PerformanceObserver": "delete window.PerformanceObserver;",
  "there is no performance timeline": "Performance.prototype.getEntriesByType = undefined;",
  "there is no event timing": "delete window.PerformanceEventTiming;",
  "Array.prototype.findLast is missing": "delete Array.prototype.findLast;",
  "nothing can be sent": `
    Navigator.prototype.sendBeacon = function () { throw new Error("no"); };
    window.fetch = function () { throw new Error("no"); };`,
  "fetch is refused": `
    delete Navigator.prototype.sendBeacon;
    window.fetch = function () { return Promise.reject(new Error("no")); };`,
};

for (const [what, breakIt] of Object.entries(BROKEN)) {
  test(`vitals.js throws no error where ${what}`, async ({ tab, site }) => {
    const url = site.page("/broken", { head: `<script>${breakIt}</script>`, body: WORK_BUTTON });
    await tab.goto(url);
    await painted(tab);
    await tab.click("#work");
    await painted(tab);
    await hide(tab);
    await show(tab);
    await tab.goto("about:blank");
  });
}

test("vitals.js sends the route of window.vitals that can't be replaced", async ({
  tab,
  site,
  collector,
}) => {
  const frozen = `<script>
    Object.defineProperty(window, "vitals", { value: Object.freeze({ route: "/frozen" }) });
  </script>`;
  await visit(tab, site.page("/broken", { head: frozen }));
  await hide(tab);
  await collector.until(({ received }) => received.length > 0);
  for (const { beacon } of collector.received) expect(beacon.route).toBe("/frozen");
});

test("vitals.js stores nothing in the browser", async ({ tab, site, collector }) => {
  await visit(tab, site.page("/storage", { body: WORK_BUTTON }));
  await tab.evaluate("vitals.setRoute('/storage')");
  await clickFor(tab, 0);
  await hide(tab);
  await collector.until(({ received }) => received.length > 0);
  const stored = await tab.evaluate(async () => ({
    cookie: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
  }));
  expect(stored).toEqual({ cookie: "", local: 0, session: 0, databases: 0 });
});
