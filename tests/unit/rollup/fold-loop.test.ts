import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FoldLoop } from "../../../app/rollup/fold-loop.server";

const BATCH = 10;

beforeEach(
  () => void vi.useFakeTimers({ now: 0, toFake: ["setTimeout", "clearTimeout", "setImmediate", "Date"] }),
);
afterEach(() => void vi.useRealTimers());

/** A loop over a pile of measurements; each fold takes 20 ms and a batch of it. */
function loopOver(pile: { left: number; failing?: boolean }) {
  const folds: number[] = [];
  const told: Array<{ measurements: number; durationMs: number; error: unknown }> = [];
  let running = 0;
  const loop = new FoldLoop({
    batchSize: BATCH,
    monotonic: () => Date.now(),
    onBatch: (batch) => told.push(batch),
    fold: async () => {
      folds.push(Date.now());
      running += 1;
      expect(running, "folds at a time").toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      if (pile.failing) throw new Error("locked");
      const taken = Math.min(BATCH, pile.left);
      pile.left -= taken;
      return taken;
    },
  });
  return { loop, folds, told };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function stop(loop: FoldLoop): Promise<void> {
  const stopped = loop.stop();
  await pass(200);
  await stopped;
}

describe("FoldLoop", () => {
  it("folds all pending measurements at the start, batch after batch", async () => {
    const pile = { left: 25 };
    const { told, loop } = loopOver(pile);
    await pass(100);
    expect(pile.left).toBe(0);
    expect(told.map(({ measurements }) => measurements)).toEqual([10, 10, 5]);
    expect(told.every(({ durationMs, error }) => durationMs === 20 && error === null)).toBe(true);
    await stop(loop);
  });

  it("checks once a second for measurements of other processes", async () => {
    const pile = { left: 0 };
    const { folds, loop } = loopOver(pile);
    await pass(5_000);
    expect(folds.length).toBeGreaterThanOrEqual(5);
    expect(folds.length).toBeLessThanOrEqual(6);
    pile.left = 1;
    await pass(1_100);
    expect(pile.left).toBe(0);
    await stop(loop);
  });

  it("folds once soon after a burst of wakes", async () => {
    const pile = { left: 0 };
    const { folds, loop } = loopOver(pile);
    await pass(100);
    const before = folds.length;
    pile.left = 5;
    for (let i = 0; i < 50; i += 1) {
      loop.wake();
      await pass(4);
    }
    await pass(100);
    expect(pile.left).toBe(0);
    expect(folds.length).toBe(before + 1);
    await stop(loop);
  });

  it("folds measurements stored during a fold within two seconds", async () => {
    const pile = { left: 5 };
    const { loop, folds } = loopOver(pile);
    await pass(10);
    expect(folds).toHaveLength(1);
    await pass(11);
    pile.left = 1;
    loop.wake();
    await pass(1_500);
    expect(pile.left).toBe(0);
    await stop(loop);
  });

  it("retries after a failure, and reports its lag", async () => {
    const pile = { left: 5, failing: true };
    const { loop, told } = loopOver(pile);
    await pass(10_000);
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(6);
    expect(told[0]).toEqual({ measurements: 0, durationMs: 20, error: new Error("locked") });
    expect(loop.lag).toBeGreaterThanOrEqual(9_900);
    pile.failing = false;
    await pass(2_100);
    expect(pile.left).toBe(0);
    expect(loop.lag).toBeLessThan(2_100);
    await stop(loop);
  });

  it("continues when a listener throws", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const fold = vi.fn().mockResolvedValue(1);
    const onBatch = () => {
      throw new Error("a metric that fails");
    };
    const loop = new FoldLoop({ batchSize: BATCH, monotonic: () => Date.now(), fold, onBatch });
    await pass(2_500);
    expect(fold.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: "a metric that fails" }));
    await stop(loop);
    warn.mockRestore();
  });

  it("folds the remaining measurements before it stops, and nothing afterwards", async () => {
    const pile = { left: 0 };
    const { loop, folds } = loopOver(pile);
    await pass(100);
    pile.left = 25;
    const stopping = loop.stop();
    await pass(200);
    await stopping;
    expect(pile.left).toBe(0);
    const at = folds.length;
    loop.wake();
    await pass(5_000);
    expect(folds).toHaveLength(at);
  });

  it("waits for a running fold when it stops", async () => {
    const pile = { left: 5 };
    const { loop } = loopOver(pile);
    await pass(5);
    let stopped = false;
    void loop.stop().then(() => {
      stopped = true;
    });
    await pass(5);
    expect(stopped).toBe(false);
    await pass(100);
    expect(stopped).toBe(true);
    expect(pile.left).toBe(0);
  });
});
