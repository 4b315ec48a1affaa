import { describe, expect, it } from "vitest";
import { clientKey } from "../../../app/server/client-key.mjs";

describe("clientKey", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["unknown", "unknown"],
    ["2001:db8:0:7::1", "2001:db8:0:7"],
    ["2001:DB8::7:a:b:c:d", "2001:db8:0:7"],
    ["2001:db8:0:7:1:2:3:4", "2001:db8:0:7"],
    ["2001:db8:0:8::2", "2001:db8:0:8"],
    ["2001:db8::", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
  ])("counts %s as %s: an IPv6 /64 network is one client", (address, key) => {
    expect(clientKey(address)).toBe(key);
  });
});
