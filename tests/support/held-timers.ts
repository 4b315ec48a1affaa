import { vi } from "vitest";

/** Timers that end when the test says so. */
export type HeldTimers = {
  /** Ends those of this duration that are set and not cleared. */
  expire: (ms: number) => void;
};

/** The longest delay of a timer: 24 days. */
const NEVER = 2 ** 31 - 1;

/**
 * Until the test ends, timers of these durations don't end by themselves: a busy machine may be late with everything that
 * should come before them. Timers of other durations, such as those of `fetch`, are as they were.
 * @param durations exactly the delays that `setTimeout` gets, in ms
 */
export function holdTimers(...durations: number[]): HeldTimers {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  if (vi.isMockFunction(set)) throw new Error("Timers are held already.");
  const held = new Map<unknown, { ms: number; end: () => void }>();
  const hold = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): NodeJS.Timeout => {
    if (!durations.includes(ms)) return set(callback, ms, ...args);
    const timer = set(() => {}, NEVER);
    held.set(timer, { ms, end: () => callback(...args) });
    return timer;
  };
  const release = (timer?: NodeJS.Timeout | string | number): void => {
    held.delete(timer);
    clear(timer);
  };
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hold as typeof setTimeout);
  vi.spyOn(globalThis, "clearTimeout").mockImplementation(release);
  return {
    expire: (expired) => {
      for (const [timer, { ms, end }] of [...held]) {
        if (ms !== expired) continue;
        release(timer as NodeJS.Timeout);
        end();
      }
    },
  };
}
