import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { identifySender, normaliseAddress, trustedProxies } from "../../../app/server/client-address.mjs";

/** What a request's headers look like after `peer` sent them. */
function received(peer: string | undefined, trust: string, sent: IncomingHttpHeaders) {
  const headers: IncomingHttpHeaders = { host: "inside:3000", ...sent };
  const { proto } = identifySender(headers, peer, trustedProxies(trust));
  return { proto, headers };
}

describe("normaliseAddress", () => {
  it.each([
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["192.0.2.7", "192.0.2.7"],
    ["2001:DB8::1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
  ])("normalises %s to %s", (written, meant) => {
    expect(normaliseAddress(written)).toBe(meant);
  });
});

describe("trustedProxies", () => {
  it.each([
    ["10.0.0.0/8, 192.0.2.1", "10.9.8.7", true],
    ["10.0.0.0/8,192.0.2.1", "192.0.2.1", true],
    ["10.0.0.0/8,192.0.2.1", "192.0.2.2", false],
    ["loopback", "127.0.0.9", true],
    ["loopback", "::1", true],
    ["loopback", "10.0.0.1", false],
    ["2001:db8::/32", "2001:db8:1::5", true],
    ["2001:db8::/32", "2001:db9::5", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["", "127.0.0.1", false],
    ["anything,10.0.0.0/64,10.0.0.0/", "10.0.0.0", false],
    ["loopback", "not an address", false],
  ])("with %j matches %s: %s", (list, address, expected) => {
    expect(trustedProxies(list)(address)).toBe(expected);
  });
});

describe("identifySender", () => {
  it("returns the peer's address without trusted proxies, for any headers", () => {
    const { headers } = received("::ffff:203.0.113.9", "", {
      "x-peer-address": "127.0.0.1",
      "x-client-address": "127.0.0.1",
      "x-client-proto": "https",
    });
    expect(headers).toEqual({
      host: "inside:3000",
      "x-peer-address": "203.0.113.9",
      "x-client-address": "203.0.113.9",
      "x-client-proto": "http",
    });
  });

  it("ignores forwarding headers of a peer that is not trusted, and marks the request", () => {
    const { headers, proto } = received("203.0.113.9", "loopback", {
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
    });
    expect(proto).toBe("http");
    expect(headers).toEqual({
      host: "inside:3000",
      "x-peer-address": "203.0.113.9",
      "x-client-address": "203.0.113.9",
      "x-client-proto": "http",
      "x-forwarded-seen": "1",
    });
  });

  it.each([
    "x-forwarded-for",
    "x-forwarded-port",
    "forwarded",
    "x-real-ip",
    "via",
  ])("marks a request with %s", (name) => {
    expect(received("127.0.0.1", "", { [name]: "x" }).headers["x-forwarded-seen"]).toBe("1");
  });

  it("marks the request even when the client sends the mark itself", () => {
    expect(received("127.0.0.1", "", { "x-forwarded-seen": "0" }).headers["x-forwarded-seen"]).toBe("1");
  });

  it("reads the headers of a trusted proxy, and removes them", () => {
    const { headers, proto } = received("127.0.0.1", "loopback", {
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-host": "vitals.example:8443",
      "x-forwarded-proto": "https",
    });
    expect(proto).toBe("https");
    expect(headers).toEqual({
      host: "vitals.example:8443",
      "x-peer-address": "127.0.0.1",
      "x-client-address": "203.0.113.9",
      "x-client-proto": "https",
    });
  });

  it.each([
    ["forged entries on the left", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
    ["proxies only", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["an entry with a port", "203.0.113.9:51234", "203.0.113.9"],
    ["IPv6 with brackets and a port", "[2001:db8::7]:443", "2001:db8::7"],
    ["IPv4 in IPv6", "::ffff:203.0.113.9", "203.0.113.9"],
    ["no entry", "", "10.0.0.1"],
    ["an entry that is no address", "203.0.113.9, unknown", "10.0.0.1"],
    ["such an entry beyond the client", "unknown, 10.0.0.2", "10.0.0.2"],
  ])("returns the client in X-Forwarded-For: %s", (_, forwarded, client) => {
    const { headers } = received("10.0.0.1", "10.0.0.0/8", { "x-forwarded-for": forwarded });
    expect(headers["x-client-address"]).toBe(client);
  });

  it.each([
    "evil.example/path",
    "a b",
    "user@evil.example",
    "evil.example:port",
    "",
  ])("keeps the host when the forwarded one is %j", (host) => {
    const { headers } = received("127.0.0.1", "loopback", { "x-forwarded-host": host });
    expect(headers.host).toBe("inside:3000");
  });

  it.each([
    "a b",
    "evil.example/path",
    "evil.example?query",
    "user@evil.example",
    "evil.example:99999",
    "999.999.999.999",
    "[::1",
    "",
    undefined,
  ])("replaces the invalid host %j by localhost", (host) => {
    expect(received("203.0.113.9", "", { host }).headers.host).toBe("localhost");
  });

  // Punycode that encodes nothing is a host in Node 24, and none in Node 20; remix-serve makes a URL of every host.
  it.each([
    "xn--a",
    "xn--a.example:80",
    "a b",
    "vitals.example",
  ])("keeps the host %j only if it is valid on this Node", (host) => {
    const actual = received("203.0.113.9", "", { host }).headers.host;
    expect(URL.canParse(`http://${actual}`)).toBe(true);
    expect(actual).toBe(URL.canParse(`http://${host}`) ? host : "localhost");
  });

  it.each([
    "vitals.example",
    "vitals.example:8443",
    "192.0.2.1:3000",
    "[2001:db8::1]:3000",
  ])("keeps the host %j", (host) => {
    expect(received("203.0.113.9", "", { host }).headers.host).toBe(host);
  });

  it("returns no address for a closed connection", () => {
    const { headers } = received(undefined, "0.0.0.0/0", { "x-client-address": "1.2.3.4" });
    expect(headers["x-peer-address"]).toBeUndefined();
    expect(headers["x-client-address"]).toBeUndefined();
  });
});
