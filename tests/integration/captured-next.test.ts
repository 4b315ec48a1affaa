import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { receiveBeacon } from "../../app/ingest/receive.server";
import { selectMeasurements } from "../../app/storage/measurements.server";
import { timeInId } from "../../app/vitals/measurement";
import { MINUTE } from "../../app/vitals/time";
import { CHROME } from "../support/server";
import { Store } from "../support/store";

/**
 * What a page of Next.js 16.4.6 sent from a real Chromium with the snippet of its documentation (`useReportWebVitals` and
 * `sendBeacon`): a load, a click, a client-side navigation, and the end of the page. `captures/capture-next.mjs` made it.
 */
type Captured = { url: string; contentType: string; referer: string; body: string };
const CAPTURED: Captured[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "captures", "next-16.4.6-requests.json"), "utf8"),
);

const openedAt = timeInId(JSON.parse(CAPTURED[0]?.body ?? "").id) ?? 0;

let store: Store;
beforeEach(async () => {
  store = await Store.open({ at: openedAt + MINUTE });
});
afterEach(() => store.close());

describe("receiveBeacon with Next.js's useReportWebVitals", () => {
  it("stores each page's Web Vitals under its own route, and soft navigations as such", async () => {
    for (const { url, contentType, referer, body } of CAPTURED) {
      const request = new Request(`http://cockpit.example${url}`, {
        method: "POST",
        body,
        headers: { "Content-Type": contentType, "User-Agent": CHROME, Referer: referer },
      });
      const { status } = await receiveBeacon(request, {
        rules: { routeRules: [], acceptEnvironments: null, tooLateBefore: () => 0 },
        allowedOrigins: null,
        clock: () => store.at,
        commit: (batch) => store.ingest(...batch),
      });
      expect(status).toBe(204);
    }
    const rows = await selectMeasurements(store.database.read, { from: 0, to: store.at + MINUTE }, null, 100);
    const figures = rows.map(({ metric, route, navigationType, buildVersion, library }) =>
      [metric, route, navigationType, buildVersion, library].join(" "),
    );
    expect(figures.sort()).toEqual([
      "CLS /settings soft-navigation 2.4.1 web-vitals/6",
      "CLS /workspace/[id] navigate 2.4.1 web-vitals/6",
      "FCP /settings soft-navigation 2.4.1 web-vitals/6",
      "FCP /workspace/[id] navigate 2.4.1 web-vitals/6",
      "INP /workspace/[id] navigate 2.4.1 web-vitals/6",
      "LCP /settings soft-navigation 2.4.1 web-vitals/6",
      "LCP /workspace/[id] navigate 2.4.1 web-vitals/6",
      "TTFB /workspace/[id] navigate 2.4.1 web-vitals/6",
    ]);
    expect(JSON.stringify(rows)).not.toContain("secret");
  });
});
