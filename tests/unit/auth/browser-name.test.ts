import { describe, expect, it } from "vitest";
import { browserName } from "../../../app/auth/browser-name.server";

describe("browserName", () => {
  it.each([
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
      "Chrome on Linux",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
      "Safari on iOS",
    ],
    ["", "Unknown program"],
    ["curl/8.14.1", "Unknown program"],
    ['Mozilla/5.0 (<script>"x"</script>)', "Mozilla"],
    ["a&b<c>/1.0 (X11; Linux)", "abc on Linux"],
  ])("has no version, and no markup: %s", (userAgent, name) => {
    expect(browserName(new Headers({ "User-Agent": userAgent }))).toBe(name);
  });

  it("is short for a long user agent", () => {
    expect(browserName(new Headers({ "User-Agent": "x".repeat(100_000) })).length).toBeLessThan(100);
  });
});
