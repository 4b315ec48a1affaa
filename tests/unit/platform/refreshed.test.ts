import { describe, expect, it } from "vitest";
import { createRefreshed } from "../../../app/platform/refreshed";

/** A value whose loads a test ends, on a clock that it sets. */
function refreshed({ timeout = 60_000 } = {}) {
  const state = { at: 0, failures: [] as unknown[] };
  const loads: Array<{ resolve: (value: { n: number }) => void; reject: (error: unknown) => void }> = [];
  const read = createRefreshed({
    load: () => new Promise<{ n: number }>((resolve, reject) => loads.push({ resolve, reject })),
    maxAge: 30_000,
    timeout,
    monotonic: () => state.at,
    onFailure: (error) => state.failures.push(error),
  });
  return { state, loads, read };
}

describe("createRefreshed", () => {
  it("loads once for callers that wait together, and again when the value is too old", async () => {
    const { state, loads, read } = refreshed();
    const together = [read(), read()];
    loads[0]?.resolve({ n: 1 });
    expect(await Promise.all(together)).toEqual([{ n: 1 }, { n: 1 }]);
    state.at = 29_999;
    expect(await read()).toEqual({ n: 1 });
    expect(loads.length).toBe(1);
    state.at = 30_000;
    const next = read();
    loads[1]?.resolve({ n: 2 });
    expect(await next).toEqual({ n: 2 });
  });

  it("counts the age from the start of the load", async () => {
    const { state, loads, read } = refreshed();
    const first = read();
    state.at = 30_000;
    loads[0]?.resolve({ n: 1 });
    await first;
    void read();
    expect(loads.length).toBe(2);
  });

  it("gives no old value after a failure, and loads again only when it is due", async () => {
    const { state, loads, read } = refreshed();
    const first = read();
    loads[0]?.resolve({ n: 1 });
    await first;
    state.at = 30_000;
    const failing = read();
    loads[1]?.reject("busy");
    expect(await failing).toBeNull();
    expect(await read()).toBeNull();
    expect(state.failures).toEqual(["busy"]);
    expect(loads.length).toBe(2);
    state.at = 60_000;
    const healed = read();
    loads[2]?.resolve({ n: 3 });
    expect(await healed).toEqual({ n: 3 });
  });

  it("waits no longer than the timeout, and keeps the value that comes later", async () => {
    const { loads, read } = refreshed({ timeout: 1 });
    expect(await read()).toBeNull();
    loads[0]?.resolve({ n: 1 });
    expect(await read()).toEqual({ n: 1 });
    expect(loads.length).toBe(1);
  });
});
