import { describe, expect, it } from "vitest";
import { createRateLimitedLog } from "../../../app/platform/rate-limited-log";

describe("createRateLimitedLog", () => {
  it("writes the first failure at once, then a line a minute with the number of failures", () => {
    let now = 5_000;
    const lines: unknown[] = [];
    const warn = createRateLimitedLog(
      () => now,
      (reason, failures) => lines.push([reason, failures]),
    );
    warn("a");
    for (let i = 0; i < 100; i += 1) warn("b");
    now += 59_999;
    warn("c");
    expect(lines).toEqual([["a", 1]]);
    now += 1;
    warn("d");
    warn("e");
    now += 60_000;
    warn("f");
    expect(lines).toEqual([
      ["a", 1],
      ["d", 102],
      ["f", 2],
    ]);
  });
});
