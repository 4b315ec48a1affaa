import { describe, expect, it } from "vitest";
import { once } from "../../../app/platform/once";

describe("once", () => {
  it("loads at the first call, and returns the same result for all", async () => {
    let loads = 0;
    const load = once(async () => {
      loads += 1;
      return { loads };
    });
    expect(loads).toBe(0);
    const [first, second] = await Promise.all([load(), load()]);
    expect([first === second, await load(), loads]).toEqual([true, { loads: 1 }, 1]);
  });

  it("returns a failure to all calls, too", async () => {
    let loads = 0;
    const load = once(() => {
      loads += 1;
      return Promise.reject(new Error("no"));
    });
    await expect(load()).rejects.toThrow("no");
    await expect(load()).rejects.toThrow("no");
    expect(loads).toBe(1);
  });
});
