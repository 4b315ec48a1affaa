import { describe, expect, it } from "vitest";
import { SenderRoutes } from "../../../app/ingest/sender-routes";
import { DAY } from "../../../app/vitals/time";
import { NOW } from "../../support/measurements";
import { parse } from "./parse";

describe("SenderRoutes", () => {
  it("allows a number of new routes per client and day, and those again", () => {
    const senders = new SenderRoutes(2);
    const allowed = ["/a", "/b", "/c", "/a"].map((route) => senders.allows("192.0.2.1", route, NOW));
    expect(allowed).toEqual([true, true, false, true]);
    expect(senders.allows("192.0.2.2", "/c", NOW)).toBe(true);
    expect(senders.allows("192.0.2.1", "/c", NOW + DAY)).toBe(true);
  });

  it("counts the addresses of an IPv6 customer as one client", () => {
    const senders = new SenderRoutes(1);
    expect(senders.allows("2001:db8::1", "/a", NOW)).toBe(true);
    expect(senders.allows("2001:db8::2", "/b", NOW)).toBe(false);
    expect(senders.allows("2001:db8:0:1::2", "/b", NOW)).toBe(true);
  });
});

describe("parseBeacon with limitRoute", () => {
  const measurements = ["/a", "/b", "/c"].map((route, i) => ({ id: `${i}`, name: "LCP", value: 1, route }));
  const routesOf = (sender: string | null): string[] => {
    const senders = new SenderRoutes(1);
    const limitRoute = (from: string, route: string, at: number): string =>
      route === "/c" || senders.allows(from, route, at) ? route : "(other)";
    return parse({ v: 1, measurements }, { sender, limitRoute }).measurements.map(({ route }) => route);
  };

  it("replaces new routes of a client over its limit by (other)", () => {
    expect(routesOf("192.0.2.1")).toEqual(["/a", "(other)", "/c"]);
  });

  it("limits no client without an address", () => {
    expect(routesOf(null)).toEqual(["/a", "/b", "/c"]);
  });
});
