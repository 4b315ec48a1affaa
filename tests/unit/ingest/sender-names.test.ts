import { describe, expect, it } from "vitest";
import { SenderNames } from "../../../app/ingest/sender-names";
import { DAY } from "../../../app/vitals/time";
import { NOW } from "../../support/measurements";
import { metric, parse } from "./parse";

describe("SenderNames", () => {
  it("allows a number of new routes per client and day, and those again", () => {
    const senders = new SenderNames(2);
    const allowed = ["/a", "/b", "/c", "/a"].map((route) => senders.allows("192.0.2.1", route, NOW));
    expect(allowed).toEqual([true, true, false, true]);
    expect(senders.allows("192.0.2.2", "/c", NOW)).toBe(true);
    expect(senders.allows("192.0.2.1", "/c", NOW + DAY)).toBe(true);
  });

  it("counts the addresses of an IPv6 customer as one client", () => {
    const senders = new SenderNames(1);
    expect(senders.allows("2001:db8::1", "/a", NOW)).toBe(true);
    expect(senders.allows("2001:db8::2", "/b", NOW)).toBe(false);
    expect(senders.allows("2001:db8:0:1::2", "/b", NOW)).toBe(true);
  });
});

describe("parseBeacon with limitRoute", () => {
  const measurements = ["/a", "/b", "/c"].map((route, i) => ({ id: `${i}`, name: "LCP", value: 1, route }));
  const routesOf = (sender: string | null): string[] => {
    const senders = new SenderNames(1);
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

describe("parseBeacon with limitBuild", () => {
  const sent = (measurements: readonly object[]) => {
    const limitBuild = (_: string, build: string, __: number, isOnly: boolean) =>
      isOnly ? build : "(other)";
    const body = { v: 1, route: "/a", measurements };
    return parse(body, { sender: "192.0.2.1", limitBuild }).measurements.map(
      ({ buildVersion }) => buildVersion,
    );
  };

  it("lets a beacon add one build, whatever its measurements name", () => {
    const forged = Array.from({ length: 5 }, (_, i) =>
      metric({ id: `${i}`, buildVersion: `forged-${i}`, url: `https://shop.example/${i}` }),
    );
    expect(sent(forged)).toEqual(["forged-0", ...Array(4).fill("(other)")]);
  });
});
