import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { trustedProxies } from "../../../app/server/client-address.mjs";
import { identifyProxyUser } from "../../../app/server/proxy-user.mjs";

/** The user of a request with these raw headers from a peer, and the headers that are left. */
function identified(rawHeaders: string[], { peer = "10.0.0.9", name = "remote-user" as string | null } = {}) {
  const headers: IncomingHttpHeaders = {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const key = String(rawHeaders[i]).toLowerCase();
    const before = Object.hasOwn(headers, key) ? `${headers[key]}, ` : "";
    headers[key] = `${before}${rawHeaders[i + 1]}`;
  }
  identifyProxyUser(
    { headers, rawHeaders, socket: { remoteAddress: peer } },
    name,
    trustedProxies("10.0.0.0/8"),
  );
  return { user: headers["x-proxy-user"] ?? null, headers };
}

describe("identifyProxyUser", () => {
  it("passes on the user of a trusted proxy", () => {
    expect(identified(["Remote-User", "alice@shop.example"]).user).toBe("alice@shop.example");
    expect(identified(["X-Forwarded-User", " bob "], { name: "x-forwarded-user" }).user).toBe("bob");
    expect(identified(["Remote-User", "alice"], { peer: "::ffff:10.0.0.9" }).user).toBe("alice");
  });

  it("removes the header that anybody else sends", () => {
    const { user, headers } = identified(["Remote-User", "alice"], { peer: "192.0.2.1" });
    expect([user, headers["remote-user"]]).toEqual([null, undefined]);
  });

  it("removes the header under its own name, whoever sends it", () => {
    expect(identified(["X-Proxy-User", "alice"]).user).toBeNull();
    expect(identified(["X-Proxy-User", "alice"], { name: null }).user).toBeNull();
    expect(identified(["Remote-User", "alice"], { name: null }).user).toBeNull();
  });

  it("refuses a header that came twice: the client may have sent one of them", () => {
    expect(identified(["Remote-User", "mallory", "Remote-User", "alice"]).user).toBeNull();
    expect(identified(["Remote-User", "alice", "REMOTE-USER", "alice"]).user).toBeNull();
  });

  it.each(["", "  ", "a\tb", "a".repeat(201)])("refuses the user %j", (user) => {
    expect(identified(["Remote-User", user]).user).toBeNull();
  });

  it.each(["__proto__", "constructor"])("ignores a header with the name %s", (name) => {
    expect(identified([name, "mallory", "Remote-User", "alice", name, "mallory"]).user).toBe("alice");
  });

  it("reads names of headers, not values that look like one", () => {
    expect(identified(["A", "remote-user", "B", "mallory"]).user).toBeNull();
  });
});
