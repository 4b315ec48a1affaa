import { describe, expect, test } from "vitest";
import { isSameOrigin } from "../../../app/auth/same-origin.server";

const post = (headers: Record<string, string>) =>
  isSameOrigin(new Request("http://vitals.example/logout", { method: "POST", headers }));

describe("isSameOrigin with Sec-Fetch-Site", () => {
  test.each([
    ["same-origin", true],
    ["none", true],
    ["same-site", false],
    ["cross-site", false],
    ["something new", false],
  ])("%s", (site, same) => {
    expect(post({ "Sec-Fetch-Site": site })).toBe(same);
    // Behind a proxy that doesn't pass the host on, the origin looks foreign; the browser knows better.
    const headers = { Host: "127.0.0.1:3000", Origin: "https://vitals.example" };
    expect(post({ "Sec-Fetch-Site": site, ...headers })).toBe(same);
  });
});

describe("isSameOrigin with Origin", () => {
  test.each([
    ["vitals.example", "http", "http://vitals.example", true],
    ["vitals.example:3000", "http", "http://vitals.example:3000", true],
    ["VITALS.example", "http", "http://vitals.example", true],
    ["[::1]:3000", "http", "http://[::1]:3000", true],
    ["vitals.example", "https", "https://vitals.example", true],
    ["vitals.example:443", "https", "https://vitals.example", true],
    // A proxy that speaks https, and that nobody said to trust.
    ["vitals.example", "http", "https://vitals.example", true],
    // Whoever is in between can write a page of http.
    ["vitals.example", "https", "http://vitals.example", false],
    ["vitals.example", "http", "http://evil.example", false],
    ["vitals.example", "http", "http://vitals.example.evil.example", false],
    ["vitals.example", "http", "http://evil.vitals.example", false],
    ["vitals.example", "http", "http://vitals.example:8080", false],
    ["vitals.example:3000", "http", "http://vitals.example", false],
    ["vitals.example", "http", "null", false],
    ["vitals.example", "http", "", false],
    ["vitals.example", "http", "garbage", false],
    ["not a host", "http", "http://vitals.example", false],
    ["", "http", "null", false],
  ])("host %j over %s, origin %j", (host, proto, origin, same) => {
    expect(post({ Host: host, "X-Client-Proto": proto, Origin: origin })).toBe(same);
  });

  test("reads the renamed header", () => {
    expect(post({ Host: "vitals.example", "X-Request-Origin": "http://evil.example" })).toBe(false);
    expect(post({ Host: "vitals.example", "X-Request-Origin": "http://vitals.example" })).toBe(true);
  });

  test("accepts a request without an origin", () => {
    expect(post({ Host: "vitals.example" })).toBe(true);
  });
});

describe("the Referer of a text browser, which sends no Origin", () => {
  test.each([
    { name: "own page", referer: "http://vitals.example/login?next=%2F", same: true },
    { name: "own page over https", referer: "https://vitals.example/login", same: true },
    { name: "another site's page", referer: "http://evil.example/vitals.example", same: false },
    { name: "another port", referer: "http://vitals.example:8080/", same: false },
    { name: "no URL", referer: "vitals", same: true },
    { name: "nothing", referer: "", same: true },
  ])("$name: $same", ({ referer, same }) => {
    expect(post({ Host: "vitals.example", Referer: referer })).toBe(same);
  });

  test("does not overrule an Origin", () => {
    const headers = { Host: "vitals.example", Referer: "http://vitals.example/" };
    expect(post({ ...headers, Origin: "http://evil.example" })).toBe(false);
  });
});
