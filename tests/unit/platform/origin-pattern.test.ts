import { describe, expect, it } from "vitest";
import { isOriginPattern, originMatcher } from "../../../app/platform/origin-pattern";

describe("isOriginPattern", () => {
  it.each([
    "https://shop.example",
    "http://localhost:3000",
    "http://127.0.0.1:8080",
    "http://[::1]:3000",
    "https://*.shop.example",
    "https://*.shop.example:8443",
    "http://*.localhost:3000",
    "https://*.xn--bcher-kva.example",
  ])("accepts %s", (text) => {
    expect(isOriginPattern(text)).toBe(true);
  });

  it.each([
    "",
    "*",
    "null",
    "shop.example",
    "*.shop.example",
    "//shop.example",
    "https://",
    "https://*",
    "https://*.",
    "https://*..shop.example",
    "https://*.*.shop.example",
    "https://*shop.example",
    "https://shop*.example",
    "https://shop.*.example",
    "https://shop.example.*",
    "https://*.1.2.3.4",
    "https://*.shop.example/",
    "https://*.shop.example/path",
    "https://*.shop.example:443",
    "https://*.shop.example:*",
    "*://shop.example",
    "https://*.Shop.example",
    "https://*.bücher.example",
    "https://*.user@shop.example",
    "https://.shop.example",
    "https://shop.example.",
    "https://*.shop.example.",
    "https://shop.example/",
    "https://shop.example?x",
    "javascript://*.shop.example",
    "file://*.shop.example",
  ])("rejects %s", (text) => {
    expect(isOriginPattern(text)).toBe(false);
  });
});

describe("originMatcher", () => {
  const matches = originMatcher([
    "https://*.shop.example",
    "https://*.shop.example:8443",
    "https://one.example",
  ]);

  it.each([
    "https://www.shop.example",
    "https://a.b.c.shop.example",
    "https://xn--bcher-kva.shop.example",
    "https://www.shop.example:8443",
    "https://one.example",
  ])("matches %s", (origin) => {
    expect(matches(origin)).toBe(true);
  });

  it.each([
    "https://shop.example",
    "https://.shop.example",
    "https://evilshop.example",
    "https://www.shop.example.evil.example",
    "https://evil.example/www.shop.example",
    "https://evil.example?.shop.example",
    "https://evil.example#.shop.example",
    "https://evil.example\\.shop.example",
    "https://evil.example%00.shop.example",
    "https://evil.example:443@www.shop.example",
    "https://www.shop.example:9443",
    "https://www.shop.example:443",
    "https://www.shop.example/",
    "https://www.shop.example.",
    "https://WWW.shop.example",
    "https://*.shop.example",
    "https://a..shop.example",
    "http://www.shop.example",
    "https://www.one.example",
    " https://www.shop.example",
    "https://www.shop.example, https://evil.example",
    "null",
    "",
    "*",
  ])("does not match %s", (origin) => {
    expect(matches(origin)).toBe(false);
  });

  it("matches nothing without patterns", () => {
    expect(originMatcher([])("https://shop.example")).toBe(false);
  });
});
