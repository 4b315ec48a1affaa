import { FiltersEngine, Request } from "@ghostery/adblocker";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../../app/tracker/settings";

/**
 * The rules of EasyPrivacy's general list (for every host, first-party ones too) that are about analytics endpoints and
 * Web Vitals by their names, as of 2026-11.
 */
const GENERAL_RULES = ["/api/analytics/*", "/web-vitals-", "/web-vitals.", "/web-vitals/*"];

const engine = FiltersEngine.parse(GENERAL_RULES.join("\n"));

const isBlocked = (url: string, sourceUrl: string, type: "script" | "ping" | "xhr"): boolean =>
  engine.match(Request.fromRawDetails({ url, sourceUrl, type })).match;

const SITE = "https://shop.example/products/42";

/** Where a page sends by default that loads the script from `src`. */
function defaultEndpoint(src: string): string {
  const settings = readSettings({ src, getAttribute: () => null }, SITE, 0);
  if (settings === null) throw new Error(`${src} has no endpoint`);
  return settings.endpoint;
}

describe("content blockers", () => {
  it("block the documented path, so the rules are active", () => {
    for (const origin of ["https://vitals.example", "https://shop.example"]) {
      expect(isBlocked(`${origin}/api/analytics/web-vitals`, SITE, "ping")).toBe(true);
      expect(isBlocked(`${origin}/api/analytics/faro`, SITE, "xhr")).toBe(true);
    }
  });

  it.each([
    ["another origin", "https://vitals.example/vitals.js"],
    ["another origin, pinned", "https://vitals.example/vitals/0123456789abcdef.js"],
    ["the site's own origin", "https://shop.example/vitals.js"],
    ["a folder of the site", "https://shop.example/assets/vitals.js"],
  ])("allow the script from %s and its beacons", (_, src) => {
    expect(isBlocked(src, SITE, "script")).toBe(false);
    const endpoint = defaultEndpoint(src);
    for (const type of ["ping", "xhr"] as const) expect(isBlocked(endpoint, SITE, type)).toBe(false);
  });

  it("allow Faro's alias", () => {
    expect(isBlocked("https://vitals.example/collect", SITE, "xhr")).toBe(false);
  });
});
