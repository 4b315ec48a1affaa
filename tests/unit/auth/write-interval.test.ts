import { describe, expect, it } from "vitest";
import { WriteInterval } from "../../../app/auth/write-interval";

describe("WriteInterval.begin", () => {
  it("allows one write of a key in an interval", () => {
    const interval = new WriteInterval(1_000);
    expect([0, 1, 999, 1_000, 1_999, 2_000].filter((now) => interval.begin("a", now))).toEqual([
      0, 1_000, 2_000,
    ]);
    expect(interval.begin("b", 2_001)).toBe(true);
  });

  it("goes on when the clock was set back", () => {
    const interval = new WriteInterval(1_000);
    expect(interval.begin("a", 1_000_000)).toBe(true);
    expect(interval.begin("a", 5_000)).toBe(true);
  });
});
