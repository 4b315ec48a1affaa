import { describe, expect, it } from "vitest";
import { corsHeaders, isAllowedOrigin } from "../../../app/ingest/cors";

const SHOP = "https://shop.example";
const EVIL = "https://evil.example";

describe("where any origin may send", () => {
  it("every answer can be read by every page", () => {
    for (const origin of [SHOP, EVIL, "null", null]) {
      expect(isAllowedOrigin(origin, null)).toBe(true);
      expect(corsHeaders(origin, null)).toMatchObject({
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Expose-Headers": "Retry-After",
      });
    }
  });
});

describe("where a list says who may send", () => {
  const allowed = [SHOP, "https://other.example"];

  it("its origins are named back, so that caches keep them apart", () => {
    expect(isAllowedOrigin(SHOP, allowed)).toBe(true);
    expect(corsHeaders(SHOP, allowed)).toMatchObject({ "Access-Control-Allow-Origin": SHOP, Vary: "Origin" });
  });

  it.each([
    EVIL,
    "null",
    "https://shop.example:8443",
    "http://shop.example",
    "https://shop.example.evil.example",
    "",
  ])("%s may not", (origin) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(false);
    const headers = corsHeaders(origin, allowed);
    expect(headers).not.toHaveProperty("Access-Control-Allow-Origin");
    expect(headers).toMatchObject({ Vary: "Origin" });
  });

  it("what is no page at all may", () => {
    expect(isAllowedOrigin(null, allowed)).toBe(true);
    expect(corsHeaders(null, allowed)).not.toHaveProperty("Access-Control-Allow-Origin");
  });

  it("nobody may where it is empty", () => {
    expect(isAllowedOrigin(SHOP, [])).toBe(false);
    expect(isAllowedOrigin(null, [])).toBe(true);
  });
});
