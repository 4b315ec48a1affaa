import { describe, expect, it } from "vitest";
import { BEACON_ENDPOINTS } from "../../../../app/runtime/beacon-endpoints.server";
import { isOfSites } from "../../../../app/server/traffic/request-parts.mjs";

describe("isOfSites", () => {
  it.each([...BEACON_ENDPOINTS.keys()])("is true for the endpoint %s in every spelling", (path) => {
    for (const spelling of [path, `${path}/`, `/${path}`, path.toUpperCase()]) {
      expect(isOfSites(spelling), spelling).toBe(true);
    }
  });

  it.each(["/vitals.js", "/vitals/3f2a.js"])("is true for the browser script %s", (path) => {
    expect(isOfSites(path)).toBe(true);
  });

  it.each([
    "/",
    "/admin/performance",
    "/api/admin/releases",
    "/collect/more",
    "/readings.csv",
  ])("is false for %s", (path) => {
    expect(isOfSites(path)).toBe(false);
  });
});
