import { describe, expect, it } from "vitest";
import { createResultCache } from "../../../../app/query/summaries/result-cache";

/** A memory of two results, and how often something was made. */
function counted() {
  const memory = createResultCache<string>(2);
  let made = 0;
  const ask = (key: string, parts: object[], result = key) =>
    memory(key, parts, async () => {
      made += 1;
      return result;
    });
  return { ask, made: () => made };
}

describe("createResultCache", () => {
  const [a, b, c] = [{}, {}, {}];

  it("computes once for identical parts", async () => {
    const { ask, made } = counted();
    expect([await ask("x", [a, b]), await ask("x", [a, b])]).toEqual(["x", "x"]);
    expect(made()).toBe(1);
  });

  it.each([
    ["another key", "y", [a, b]],
    ["another part", "x", [a, c]],
    ["equal parts that are others", "x", [{}, {}]],
    ["fewer parts", "x", [a]],
    ["parts in another order", "x", [b, a]],
  ])("computes again for %s", async (_, key, parts) => {
    const { ask, made } = counted();
    await ask("x", [a, b], "old");
    expect(await ask(key, parts, "new")).toBe("new");
    expect(made()).toBe(2);
  });

  it("evicts the least recently used result", async () => {
    const { ask, made } = counted();
    await ask("x", [a]);
    await ask("y", [a]);
    await ask("x", [a]);
    await ask("z", [a]);
    expect(made()).toBe(3);
    await ask("x", [a]);
    expect(made()).toBe(3);
    await ask("y", [a]);
    expect(made()).toBe(4);
  });

  it("does not cache a failed computation", async () => {
    const { ask, made } = counted();
    const memory = createResultCache<string>(1);
    await expect(memory("x", [a], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await ask("x", [a])).toBe("x");
    expect(made()).toBe(1);
  });
});
