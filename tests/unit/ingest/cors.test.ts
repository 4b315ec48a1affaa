import { describe, expect, it } from "vitest";
import { corsHeaders, isAllowedOrigin } from "../../../app/ingest/cors";

const SHOP = "https://shop.example";
const EVIL = "https://evil.example";

describe("corsHeaders", () => {
  it.each([
    SHOP,
    EVIL,
    "http://127.0.0.1:3000",
    "null",
  ])("lets %s send with credentials when every origin is allowed", (origin) => {
    expect(isAllowedOrigin(origin, null)).toBe(true);
    expect(corsHeaders(origin, null)).toEqual({
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Allow-Credentials": "true",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Access-Control-Expose-Headers": "Retry-After",
      Vary: "Origin",
    });
  });

  it("allows every origin without an Origin header", () => {
    expect(corsHeaders(null, null)).toMatchObject({ "Access-Control-Allow-Origin": "*", Vary: "Origin" });
    expect(corsHeaders(null, null)).not.toHaveProperty("Access-Control-Allow-Credentials");
  });
});

describe("isAllowedOrigin and corsHeaders with a list", () => {
  const allowed = [SHOP, "https://other.example"];

  it("names an allowed origin, and varies by it", () => {
    expect(isAllowedOrigin(SHOP, allowed)).toBe(true);
    expect(corsHeaders(SHOP, allowed)).toMatchObject({
      "Access-Control-Allow-Origin": SHOP,
      "Access-Control-Allow-Credentials": "true",
      Vary: "Origin",
    });
  });

  it.each([
    EVIL,
    "null",
    "*",
    "https://shop.example:8443",
    "http://shop.example",
    "https://shop.example.evil.example",
    "",
  ])("rejects %s", (origin) => {
    expect(isAllowedOrigin(origin, allowed)).toBe(false);
    const headers = corsHeaders(origin, allowed);
    expect(headers).not.toHaveProperty("Access-Control-Allow-Origin");
    expect(headers).not.toHaveProperty("Access-Control-Allow-Credentials");
    expect(headers).toMatchObject({ Vary: "Origin" });
  });

  it("accepts a request without an origin", () => {
    expect(isAllowedOrigin(null, allowed)).toBe(true);
    expect(corsHeaders(null, allowed)).not.toHaveProperty("Access-Control-Allow-Origin");
  });

  it("rejects every page with an empty list", () => {
    expect(isAllowedOrigin(SHOP, [])).toBe(false);
    expect(isAllowedOrigin(null, [])).toBe(true);
  });

  it("accepts the subdomains of a pattern", () => {
    const patterns = ["https://*.shop.example", SHOP];
    for (const origin of ["https://www.shop.example", SHOP]) {
      expect(corsHeaders(origin, patterns)).toMatchObject({ "Access-Control-Allow-Origin": origin });
    }
    expect(isAllowedOrigin("https://shop.example.evil.example", patterns)).toBe(false);
  });
});
