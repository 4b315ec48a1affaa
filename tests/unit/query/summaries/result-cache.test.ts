import { beforeEach, describe, expect, it } from "vitest";
import { createResultCache } from "../../../../app/query/summaries/result-cache";

const readOf = (parts: object[]) => async () => parts;

/** A cache of two results, and the number of computations. */
function counted() {
  const cache = createResultCache<string>(2);
  let computed = 0;
  const ask = (key: string, parts: object[], result = key) =>
    cache(key, readOf(parts), async () => {
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
    await expect(cache("x", readOf([a]), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
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
    const cache = createResultCache<string>(1, {
      ...{ share: 0.1, shortest: 0, longest: 1_000 },
      monotonic: () => 0,
    });
    const results = [
      cache("x", readOf([a]), async () => "first"),
      cache("x", readOf([b]), async () => "second"),
    ];
    expect(await Promise.all(results)).toEqual(["first", "first"]);
  });

  it("shares a failure that is under way, and computes again after it", async () => {
    const cache = createResultCache<string>(1);
    const failing = () => cache("x", readOf([a]), () => Promise.reject(new Error("no")));
    const results = await Promise.allSettled([failing(), failing()]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await cache("x", readOf([a]), async () => "yes")).toBe("yes");
  });

  it("caches the result of the computation that started last", async () => {
    const cache = createResultCache<string>(1);
    let finish: (result: string) => void = () => {};
    const older = cache("x", readOf([a]), () => new Promise((resolve) => (finish = resolve)));
    expect(await cache("x", readOf([b]), async () => "new")).toBe("new");
    finish("old");
    expect(await older).toBe("old");
    expect(await cache("x", readOf([b]), async () => "computed again")).toBe("new");
  });

  describe("where results are reused", () => {
    let time = 0;
    let reads = 0;
    const create = (shortest = 0) =>
      createResultCache<number>(2, { share: 0.1, shortest, longest: 1_000, monotonic: () => time });
    const reading =
      (parts: object[], lasts = 0) =>
      () => {
        reads += 1;
        time += lasts;
        return Promise.resolve(parts);
      };
    const computing = (lasts: number) => async () => {
      time += lasts;
      return time;
    };

    beforeEach(() => {
      time = 0;
      reads = 0;
    });

    it("reuses a result whose parts were written again until its computation is a tenth of the time", async () => {
      const cache = create();
      const ask = (lasts: number) => cache("x", reading([{}]), computing(lasts));
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

    it("reads the parts for a tenth of the time, and not for a result that is reused", async () => {
      const cache = create();
      const ask = () => cache("x", reading([a], 10), computing(0));
      expect([await ask(), await ask(), reads]).toEqual([10, 10, 1]);
      time += 90;
      expect([await ask(), reads, time]).toEqual([10, 2, 110]);
      time += 89;
      expect([await ask(), reads]).toEqual([10, 2]);
      time += 1;
      expect([await ask(), reads]).toEqual([10, 3]);
    });

    it("reuses each result for the shortest time at least", async () => {
      const cache = create(500);
      const ask = () => cache("x", reading([{}]), computing(1));
      expect(await ask()).toBe(1);
      time += 499;
      expect(await ask()).toBe(1);
      time += 1;
      expect(await ask()).toBe(502);
    });

    it("reads the parts once for calls at the same time", async () => {
      const cache = create();
      const ask = () => cache("x", reading([a]), computing(5));
      expect([await Promise.all([ask(), ask(), ask()]), reads]).toEqual([[5, 5, 5], 1]);
    });

    it("reads the parts again after a failure", async () => {
      const cache = create(500);
      await expect(cache("x", () => Promise.reject(new Error("no")), computing(5))).rejects.toThrow("no");
      expect([await cache("x", reading([a]), computing(5)), reads]).toEqual([5, 1]);
    });
  });
});
