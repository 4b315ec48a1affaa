import { describe, expect, it } from "vitest";
import { cleanAttribution, resourceUrl, withoutQuery } from "../../../app/ingest/attribution";
import type { Metric } from "../../../app/vitals/metrics";

function clean(metric: Metric, input: unknown) {
  const ignored: string[] = [];
  const attribution = cleanAttribution(metric, input, (part, reason) => ignored.push(`${part}: ${reason}`));
  return { attribution, ignored };
}

describe("cleanAttribution", () => {
  it.each<[Metric, Record<string, unknown>]>([
    [
      "LCP",
      {
        target: "main>img",
        url: "https://cdn.example/a.avif",
        timeToFirstByte: 180.5,
        resourceLoadDelay: 0,
        resourceLoadDuration: 12,
        elementRenderDelay: 600_000,
      },
    ],
    [
      "INP",
      {
        interactionTarget: "button#save",
        interactionType: "pointer",
        inputDelay: 1,
        processingDuration: 2,
        presentationDelay: 3,
        longestScriptURL: "https://shop.example/app.js",
        longestScriptSubpart: "processing-duration",
        loadState: "complete",
      },
    ],
    [
      "CLS",
      { largestShiftTarget: "div", largestShiftValue: 0.25, largestShiftTime: 1234, loadState: "loading" },
    ],
    ["FCP", { timeToFirstByte: 1, firstByteToFCP: 2, loadState: "dom-interactive" }],
    [
      "TTFB",
      { waitingDuration: 0, cacheDuration: 1, dnsDuration: 2, connectionDuration: 3, requestDuration: 4 },
    ],
  ])("keeps only known fields of %s", (metric, fields) => {
    const more = { ...fields, lcpEntry: { element: {} }, longAnimationFrameEntries: [], unknown: 1 };
    expect(clean(metric, more)).toEqual({ attribution: fields, ignored: [] });
  });

  it.each([
    undefined,
    null,
    {},
    { target: "" },
    { target: null, url: undefined },
    { unknown: 1 },
  ])("returns null for %o", (input) => {
    expect(clean("LCP", input)).toEqual({ attribution: null, ignored: [] });
  });

  it.each(["main", 7, true, [], ["main"]])("rejects %o", (input) => {
    expect(clean("LCP", input)).toEqual({ attribution: null, ignored: ["attribution: not-an-object"] });
  });

  it.each([
    ["a number for a text", { target: 7 }, "target"],
    ["a text for a number", { timeToFirstByte: "7" }, "timeToFirstByte"],
    ["a negative duration", { timeToFirstByte: -0.001 }, "timeToFirstByte"],
    ["an absurd duration", { timeToFirstByte: 600_001 }, "timeToFirstByte"],
    ["a control character", { target: "a\u0007" }, "target"],
    ["a lone surrogate", { url: "https://a.example/\ud800" }, "url"],
    ["an object", { target: { toString: "x" } }, "target"],
  ])("omits %s and reports it", (_, input, field) => {
    const ignored = [`attribution.${field}: invalid`];
    expect(clean("LCP", { ...input, elementRenderDelay: 5 })).toEqual({
      attribution: { elementRenderDelay: 5 },
      ignored,
    });
  });

  it("bounds scores by CLS, not by time", () => {
    expect(clean("CLS", { largestShiftValue: 100 }).attribution).toEqual({ largestShiftValue: 100 });
    expect(clean("CLS", { largestShiftValue: 100.1 }).attribution).toBeNull();
  });

  it("truncates long texts without splitting a character", () => {
    const { attribution } = clean("LCP", { target: "x".repeat(600), url: `/${"a/".repeat(255)}😀` });
    expect(attribution?.target).toBe("x".repeat(512));
    expect(attribution?.url).toBe(`/${"a/".repeat(255)}\ufffd`);
  });

  it("keeps HTML unescaped", () => {
    expect(clean("LCP", { target: "<script>alert(1)</script>" }).attribution).toEqual({
      target: "<script>alert(1)</script>",
    });
  });
});

describe("resourceUrl", () => {
  it.each([
    ["https://cdn.example/img/hero.avif?w=800&token=1#a", "https://cdn.example/img/hero.avif"],
    ["https://me:secret@cdn.example:8443/a.png", "https://cdn.example:8443/a.png"],
    ["https://cdn.example/users/jane/photo.jpg", "https://cdn.example/users/[id]/photo.jpg"],
    ["https://cdn.example/avatars/8123456.jpg", "https://cdn.example/avatars/[id]"],
    ["https://cdn.example/u/jane@shop.example/a.png", "https://cdn.example/u/[id]/a.png"],
    ["https://cdn.example/a;jsessionid=1A2B/b.png", "https://cdn.example/a/b.png"],
    ["https://shop.example/orders/123e4567-e89b-12d3-a456-426614174000", "https://shop.example/orders/[id]"],
    ["https://shop.example/build/chunk-4F7A2B9C.js?v=1", "https://shop.example/build/chunk-4F7A2B9C.js"],
    ["https://shop.example/u/8123456/app.mjs", "https://shop.example/u/[id]/app.mjs"],
    ["https://shop.example/app.js", "https://shop.example/app.js"],
    ["https://shop.example/", "https://shop.example/"],
    ["https://shop.example", "https://shop.example"],
    ["data:image/png;base64,AAAA", "data:"],
    ["blob:https://shop.example/123e4567-e89b-12d3-a456-426614174000", "blob:"],
    ["chrome-extension://aaaabbbbccccdddd/content.js", "chrome-extension:"],
  ])("converts %s to %s", (url, stored) => {
    expect(resourceUrl(url)).toBe(stored);
    // An import stores what an export wrote.
    expect(resourceUrl(stored)).toBe(stored);
    expect(clean("LCP", { url }).attribution).toEqual({ url: stored });
  });
});

describe("withoutQuery", () => {
  it.each([
    ["https://a.example/b?token=1#c", "https://a.example/b"],
    ["https://a.example/b#c?d", "https://a.example/b"],
    ["https://me:secret@a.example/b", "https://a.example/b"],
    ["https://me@a.example", "https://a.example"],
    ["https://a.example/@me", "https://a.example/@me"],
    ["/b?c", "/b"],
    ["?c", ""],
    ["data:image/png;base64,AAAA", "data:image/png;base64,AAAA"],
  ])("converts %s to %s", (url, expected) => {
    expect(withoutQuery(url)).toBe(expected);
  });
});
