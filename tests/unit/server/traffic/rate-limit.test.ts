import { describe, expect, it } from "vitest";
import { FamiliarClients } from "../../../../app/server/traffic/familiar-clients.mjs";
import { RateLimit } from "../../../../app/server/traffic/rate-limit.mjs";
import { limitsOf } from "../../../../app/server/traffic/traffic-settings.mjs";

describe("RateLimit", () => {
  it("allows a burst, and then a rate", () => {
    let now = 0;
    const limit = new RateLimit({ perSecond: 10, burst: 3, clock: () => now });
    expect([1, 2, 3].map(() => limit.spend("a", 1))).toEqual([0, 0, 0]);
    expect(limit.spend("a", 1)).toBe(100);
    now = 100;
    expect(limit.spend("a", 1)).toBe(0);
    expect(limit.spend("a", 1)).toBe(100);
  });

  it("counts each client for itself", () => {
    const limit = new RateLimit({ perSecond: 10, burst: 1, clock: () => 0 });
    expect(limit.spend("a", 1)).toBe(0);
    expect(limit.spend("a", 1)).toBeGreaterThan(0);
    expect(limit.spend("b", 1)).toBe(0);
  });

  it("lets a client with a full budget pay for what costs more than that", () => {
    const limit = new RateLimit({ perSecond: 10, burst: 2, clock: () => 0 });
    expect(limit.spend("a", 500)).toBe(0);
    expect(limit.spend("a", 1)).toBe(100);
  });

  it("lets a client wait that owes for what it was charged, a minute at most", () => {
    let now = 0;
    const limit = new RateLimit({ perSecond: 10, burst: 10, clock: () => now });
    limit.charge("a", 30);
    expect(limit.spend("a", 1)).toBe(2_100);
    limit.charge("a", 1_000_000);
    now = 61_000;
    expect(limit.spend("a", 1)).toBe(0);
  });
});

describe("FamiliarClients", () => {
  it("knows who was accepted before, and during a flood only who was accepted before it", () => {
    let now = 0;
    const familiar = new FamiliarClients(() => now);
    familiar.accept("early", false);
    expect(familiar.has("early", null)).toBe(false);
    now = 10_000;
    familiar.accept("late", true);
    now = 20_000;
    expect(["early", "late", "never"].map((client) => familiar.has(client, null))).toEqual([
      true,
      true,
      false,
    ]);
    expect(["early", "late", "never"].map((client) => familiar.has(client, 9_000))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("limitsOf", () => {
  it("has defaults, and none for an invalid value", () => {
    for (const RATE_LIMIT of [undefined, "", "fast", "0", "-1"]) {
      expect(limitsOf({ RATE_LIMIT })).toMatchObject({ perSecond: 100, connections: 512 });
    }
    expect(limitsOf({ RATE_LIMIT: "7", CONNECTION_LIMIT: "9" })).toMatchObject({
      perSecond: 7,
      connections: 9,
    });
  });

  it("turns everything off, and exempts addresses", () => {
    const { perSecond, isExempt } = limitsOf({ RATE_LIMIT: " OFF ", RATE_LIMIT_EXEMPT: "10.0.0.0/8" });
    expect(perSecond).toBeNull();
    expect([isExempt("10.1.2.3"), isExempt("11.1.2.3")]).toEqual([true, false]);
  });
});
