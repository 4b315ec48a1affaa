import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOME, returnPath } from "../../../app/auth/return-path";
import { examples } from "../../support/measurements";

describe("returnPath", () => {
  test.each([
    "/",
    "/admin/performance",
    "/admin/performance?range=7d&route=%2Fworkspace%2F%5Bid%5D",
    "/admin/performance/route?route=%2F%2Fevil.example&q=a//b",
    "/admin/performance?q=https://evil.example/",
    "/login-help",
  ])("returns %s", (path) => {
    expect(returnPath(path)).toBe(path);
  });

  test.each([
    ["/admin/performance?route=/ä b", "/admin/performance?route=/%C3%A4%20b"],
    ["/admin/../admin/performance#top", "/admin/performance"],
    ["/admin\\performance", "/admin/performance"],
  ])("resolves %s as browsers do", (path, written) => {
    expect(returnPath(path)).toBe(written);
  });

  test.each([
    null,
    undefined,
    "",
    " ",
    "admin/performance",
    "?range=7d",
    "#top",
    // Other schemes.
    "https://evil.example/",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "mailto:a@evil.example",
    "file:///etc/passwd",
    // No scheme, and yet another host.
    "//evil.example",
    "//evil.example/admin/performance",
    "///evil.example",
    "////evil.example",
    "//\\evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "//user:password@evil.example",
    "//evil.example:80",
    "//[::1]",
    "//2130706433",
    "//\u3002evil.example",
    // Characters that browsers drop.
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\u0000//evil.example",
    "/\u0000/evil.example",
    "/\u0009\\evil.example",
    "/\u007f/evil.example",
    "/\u0085/evil.example",
    "/admin/performance\r\nSet-Cookie: a=b",
    // What is another host only after its dots are resolved.
    "/.//evil.example",
    "/..//evil.example",
    "/./\\evil.example",
    "/.\\/evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/%2E%2e//evil.example",
    "/a/%2e%2e//evil.example",
    // Encoded, once or twice.
    "%2F%2Fevil.example",
    "%2f/evil.example",
    "/%2Fevil.example",
    "/%2fevil.example",
    "/%5Cevil.example",
    "/%5c/evil.example",
    "%5C%5Cevil.example",
    "%68ttps://evil.example",
    "https%3A%2F%2Fevil.example",
    "/./%2Fevil.example",
    "/%09/evil.example",
    "/%0D%0A/evil.example",
    "/a/../%5cevil.example",
    // Back to where one is.
    "/login",
    "/login?next=/login",
    "/./login",
    "/logout",
    "/login.data?next=/",
    // Too long to be a page of this cockpit.
    `/admin/performance?q=${"x".repeat(10_000)}`,
  ])("returns the home page for %j", (value) => {
    expect(returnPath(value)).toBe(HOME);
  });

  test("never returns another origin for any input", () => {
    const pieces = fc.constantFrom(
      ...["/", "//", "\\", ".", "..", "%2e", "%2f", "%5c", "%09", "\t", "\n", "\r", "\0", " ", "@", ":"],
      ...[
        "?",
        "#",
        "http:",
        "https:",
        "javascript:",
        "evil.example",
        "[::1]",
        "admin",
        "\u2044",
        "\uff0f",
        "ä",
      ],
    );
    const value = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join("")}`),
      fc.string({ unit: "binary", maxLength: 40 }).map((text) => `/${text}`),
      fc.webUrl(),
    );
    const base = "https://vitals.example/login?next=x";
    fc.assert(
      fc.property(value, (next) => {
        const path = returnPath(next);
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
        expect(new URL(path, base).origin).toBe("https://vitals.example");
        expect(new URL(decodeURI(path.split("?")[0] ?? ""), base).origin).toBe("https://vitals.example");
        expect(returnPath(path)).toBe(path);
      }),
      examples(20_000),
    );
  });
});
