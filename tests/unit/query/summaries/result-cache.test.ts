import { describe, expect, it } from "vitest";
import { createResultCache } from "../../../../app/query/summaries/result-cache";

/** A cache of two results, and the number of computations. */
function counted() {
  const cache = createResultCache<string>(2);
  let computed = 0;
  const ask = (key: string, parts: object[], result = key) =>
    cache(key, parts, async () => {
      computed += 1;
      return result;
    });
  return { ask, computed: () => computed };
}

describe("createResultCache", () => {
  const [a, b, c] = [{}, {}, {}];

  it("computes once for identical parts", async () => {
    const { ask, computed } = counted();
    expect([await ask("x", [a, b]), await ask("x", [a, b])]).toEqual(["x", "x"]);
    expect(computed()).toBe(1);
  });

  it.each([
    ["another key", "y", [a, b]],
    ["another part", "x", [a, c]],
    ["equal parts that are others", "x", [{}, {}]],
    ["fewer parts", "x", [a]],
    ["parts in another order", "x", [b, a]],
  ])("computes again for %s", async (_, key, parts) => {
    const { ask, computed } = counted();
    await ask("x", [a, b], "old");
    expect(await ask(key, parts, "new")).toBe("new");
    expect(computed()).toBe(2);
  });

  it("evicts the least recently used result", async () => {
    const { ask, computed } = counted();
    await ask("x", [a]);
    await ask("y", [a]);
    await ask("x", [a]);
    await ask("z", [a]);
    expect(computed()).toBe(3);
    await ask("x", [a]);
    expect(computed()).toBe(3);
    await ask("y", [a]);
    expect(computed()).toBe(4);
  });

  it("does not cache a failed computation", async () => {
    const { ask, computed } = counted();
    const cache = createResultCache<string>(1);
    await expect(cache("x", [a], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await ask("x", [a])).toBe("x");
    expect(computed()).toBe(1);
  });

  it("shares a computation that is under way", async () => {
    const { ask, computed } = counted();
    expect(
      await Promise.all([ask("x", [a], "1"), ask("x", [a], "2"), ask("y", [a]), ask("x", [b], "3")]),
    ).toEqual(["1", "1", "y", "3"]);
    expect(computed()).toBe(3);
  });

  it("shares a computation that is under way for earlier parts, where results are reused", async () => {
    const cache = createResultCache<string>(1, { share: 0.1, longest: 1_000, monotonic: () => 0 });
    const results = [cache("x", [a], async () => "first"), cache("x", [b], async () => "second")];
    expect(await Promise.all(results)).toEqual(["first", "first"]);
  });

  it("shares a failure that is under way, and computes again after it", async () => {
    const cache = createResultCache<string>(1);
    const failing = () => cache("x", [a], () => Promise.reject(new Error("no")));
    const results = await Promise.allSettled([failing(), failing()]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await cache("x", [a], async () => "yes")).toBe("yes");
  });

  it("caches the result of the computation that started last", async () => {
    const cache = createResultCache<string>(1);
    let finish: (result: string) => void = () => {};
    const older = cache("x", [a], () => new Promise((resolve) => (finish = resolve)));
    expect(await cache("x", [b], async () => "new")).toBe("new");
    finish("old");
    expect(await older).toBe("old");
    expect(await cache("x", [b], async () => "computed again")).toBe("new");
  });

  it("reuses a result whose parts were written again until its computation is a tenth of the time", async () => {
    let time = 0;
    const cache = createResultCache<number>(2, { share: 0.1, longest: 1_000, monotonic: () => time });
    const ask = (took: number): Promise<number> =>
      cache("x", [{}], async () => {
        time += took;
        return time;
      });
    expect(await ask(20)).toBe(20);
    time += 179;
    expect(await ask(20)).toBe(20);
    time += 1;
    expect(await ask(500)).toBe(700);
    time += 999;
    expect(await ask(20)).toBe(700);
    time += 1;
    expect(await ask(20)).toBe(1_720);
  });
});
