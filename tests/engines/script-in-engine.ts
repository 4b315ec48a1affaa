import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Engine, REPORTED_SINCE } from "../../app/vitals/engines";
import { METRICS, type Metric } from "../../app/vitals/metrics";
import { Collector, type PageMeasurement } from "../e2e/support/collector";
import { type Site, startSite } from "../e2e/support/site";
import { type RunningServer, readVitals, startServer } from "../support/server";
import { type EngineBrowser, leaveFor, open, until } from "./engine-browser";

export type EngineUnderTest = {
  name: string;
  engine: Engine;
  /** Metrics that the tried build lacks although the engine's current browser has them. */
  lacks: readonly Metric[];
  /** `null` where its programs are not installed. */
  start: (() => Promise<EngineBrowser>) | null;
};

const BUTTON = `<img src="/hero.bmp" width="200" height="200" alt=""><button>Work</button><script>
  document.querySelector("button").addEventListener("click", function () {
    const end = performance.now() + 60;
    while (performance.now() < end);
    this.textContent = "Done";
  });
</script>`;

const namesOf = (measurements: readonly PageMeasurement[]): string[] =>
  measurements.map(({ name }) => name).sort();

/** What the browser script does in a real browser of another engine than Chromium's. */
export function describeScriptIn({ name, engine, lacks, start }: EngineUnderTest): void {
  describe.skipIf(start === null)(`/vitals.js in ${name}`, () => {
    let browser: EngineBrowser;
    let collector: Collector;
    let site: Site;
    let elsewhere: string;

    beforeAll(async () => {
      if (start !== null) browser = await start();
    });
    afterAll(() => browser?.close());
    beforeEach(async () => {
      collector = await Collector.start();
      site = await startSite(`${collector.origin}/vitals.js`);
      elsewhere = site.page("/elsewhere");
    });
    afterEach(async () => {
      await open(browser, elsewhere);
      await site.close();
      await collector.close();
    });

    /** Clicks; resolves when the page has its timing, where the engine reports timings of events. */
    const clickButton = async (): Promise<void> => {
      await browser.evaluate(`void (() => {
        window.isTimed = !PerformanceObserver.supportedEntryTypes.includes("event");
        if (!window.isTimed) {
          const observer = new PerformanceObserver(() => { window.isTimed = true; });
          observer.observe({ type: "event", durationThreshold: 16 });
        }
      })()`);
      await browser.click("button");
      await until(browser, `document.querySelector("button").textContent === "Done"`);
      await until(browser, "window.isTimed === true");
    };

    const reportedOf = (path: string): PageMeasurement[] =>
      collector.measurements.filter(({ url }) => url?.includes(path));

    /** Leaves the page; gives what was reported of it. */
    const leave = async (path: string, enough: readonly string[]): Promise<PageMeasurement[]> => {
      await leaveFor(browser, elsewhere);
      await collector.until(() => enough.every((metric) => namesOf(reportedOf(path)).includes(metric)));
      return reportedOf(path);
    };

    const expected = METRICS.filter(
      (metric) => REPORTED_SINCE[metric][engine] !== null && !lacks.includes(metric),
    ).sort();

    it("reports exactly the metrics that the table of engines promises", async () => {
      await open(browser, site.page("/workspace/42", { body: BUTTON }));
      await clickButton();
      const reported = await leave("/workspace/42", expected);
      expect(namesOf(reported)).toEqual(expected);
      expect(reported.map(({ navigationType }) => navigationType)).toEqual(expected.map(() => "navigate"));
      for (const { value } of reported) expect(Number.isInteger(value)).toBe(true);
    });

    it("keeps a load under its own URL when the page changes it", async () => {
      await open(browser, site.page("/workspace/42", { body: BUTTON }));
      await browser.evaluate(`void history.pushState(null, "", "/settings#details")`);
      await clickButton();
      const reported = await leave("/workspace/42", expected);
      expect(namesOf(reported)).toEqual(expected);
      expect(reportedOf("/settings")).toEqual([]);
    });

    it("keeps the route that the tag declares", async () => {
      const page = site.page("/workspace/42", { script: { route: "/workspace/[id]" } });
      await open(browser, page);
      await leaveFor(browser, elsewhere);
      await collector.until(({ measurements }) => namesOf(measurements).includes("FCP"));
      expect(new Set(collector.measurements.flatMap(({ route }) => route ?? []))).toEqual(
        new Set(["/workspace/[id]"]),
      );
    });

    it("reports a page that the back/forward cache restores as a view of its own", async () => {
      await open(browser, site.page("/workspace/42", { body: BUTTON }));
      await browser.evaluate("void (window.isRestored = true)");
      await leave("/workspace/42", ["FCP"]);
      await until(browser, `location.pathname === "/elsewhere"`);
      await browser.back();
      await until(browser, `window.isRestored === true`);
      await browser.evaluate(
        "void requestAnimationFrame(() => setTimeout(() => { window.after = true; }, 100))",
      );
      await until(browser, "window.after === true");
      await leaveFor(browser, elsewhere);
      const restored = () =>
        reportedOf("/workspace/42").filter(({ navigationType }) => navigationType === "back-forward-cache");
      await collector.until(() => namesOf(restored()).includes("FCP"));
      expect(namesOf(restored())).toEqual(expected.filter((metric) => metric !== "INP"));
      expect(restored().find(({ name: metric }) => metric === "TTFB")?.value).toBe(0);
    });

    it("sends at pagehide where visibilitychange does not reach it", async () => {
      const head = `<script>addEventListener("visibilitychange", (e) => e.stopImmediatePropagation(), true);</script>`;
      await open(browser, site.page("/workspace/42", { head }));
      expect(await leave("/workspace/42", ["FCP", "TTFB"])).not.toEqual([]);
    });

    it.each([
      ["refused", "navigator.sendBeacon = () => false"],
      ["replaced by what throws", `navigator.sendBeacon = () => { throw new Error("No."); }`],
      ["missing", "navigator.sendBeacon = undefined"],
    ])("sends by fetch where sendBeacon is %s", async (_, head) => {
      await open(browser, site.page("/workspace/42", { head: `<script>${head}</script>` }));
      expect(await leave("/workspace/42", ["FCP", "TTFB"])).not.toEqual([]);
    });

    it("needs no more of a Content-Security-Policy than its own origin", async () => {
      const csp = `default-src 'none'; script-src ${collector.origin}; connect-src ${collector.origin}`;
      const head = `<meta http-equiv="Content-Security-Policy" content="${csp}">`;
      await open(browser, site.page("/workspace/42", { head }));
      expect(await leave("/workspace/42", ["FCP", "TTFB"])).not.toEqual([]);
    });

    describe("with a cockpit of another origin", () => {
      let cockpit: RunningServer;
      beforeAll(async () => {
        cockpit = await startServer({ env: { ALLOWED_ORIGINS: "http://*.localhost,http://127.0.0.1:1" } });
      });
      afterAll(() => cockpit?.close());

      it("sends JSON Blobs by sendBeacon, whose preflight passes", async () => {
        const allowed = await startServer({ env: { ALLOWED_ORIGINS: site.origin } });
        await open(browser, site.page("/json"));
        const beacon = {
          buildVersion: "json",
          route: "/beacon",
          measurements: [{ id: `v6-${Date.now()}-1234567890123`, name: "LCP", value: 100 }],
        };
        const blob = `new Blob([${JSON.stringify(JSON.stringify(beacon))}], { type: "application/json" })`;
        for (const { origin } of [cockpit, allowed]) {
          await browser.evaluate(
            `navigator.sendBeacon(${JSON.stringify(`${origin}/api/analytics/web-vitals`)}, ${blob})`,
          );
        }
        const count = async (server: RunningServer): Promise<number> =>
          (await readVitals(server, "?range=1h&release=json")).current.metrics.LCP.n;
        while ((await count(allowed)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        expect(await count(cockpit)).toBe(0);
        await allowed.close();
      });
    });
  });
}
