import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withDeadline } from "../../../app/platform/deadline";

/** Never ends by itself; fails with the reason of its signal. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });

describe("withDeadline", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("returns the result, and leaves no timer and no listener", async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    expect(await withDeadline(signal, 1_000, async () => "answer")).toBe("answer");
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
  });

  it("aborts with a TimeoutError, also after a garbage collection", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const ended = withDeadline(new AbortController().signal, 1_000, endless).catch(
      (error: Error) => error.name,
    );
    collectGarbage();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await ended).toBe("TimeoutError");
  });

  it("aborts with the reason of what stops it, before or meanwhile", async () => {
    const stop = new AbortController();
    const ended = withDeadline(stop.signal, 1_000, endless);
    stop.abort(new Error("shutdown"));
    await expect(ended).rejects.toThrow("shutdown");
    await expect(withDeadline(stop.signal, 1_000, endless)).rejects.toThrow("shutdown");
  });
});
