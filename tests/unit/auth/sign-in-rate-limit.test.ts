import { describe, expect, test } from "vitest";
import { ATTEMPT_LIMITS, SignInRateLimit } from "../../../app/auth/sign-in-rate-limit";

const MINUTE = 60_000;

function setUp(changes: Partial<typeof ATTEMPT_LIMITS> = {}) {
  const clock = { now: 1_000_000 };
  const attempts = new SignInRateLimit(() => clock.now, { ...ATTEMPT_LIMITS, ...changes });
  /** Fails so often in a row; what the last attempt was answered. */
  const fail = (address: string, times = 1): number | null =>
    Array.from({ length: times }, () => attempts.begin(address)).at(-1) ?? null;
  return { clock, attempts, fail };
}

describe("SignInRateLimit for one address", () => {
  test("allows five failures, and doubles the delay after each further one", () => {
    const { clock, fail } = setUp();
    expect(fail("192.0.2.1", 5)).toBeNull();
    const waits = Array.from({ length: 10 }, () => {
      const wait = fail("192.0.2.1") ?? 0;
      clock.now += wait - 1;
      expect(fail("192.0.2.1")).toBe(1);
      clock.now += 1;
      expect(fail("192.0.2.1")).toBeNull();
      return wait / 1000;
    });
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
  });

  test("does not extend the delay for attempts during it", () => {
    const { clock, fail } = setUp();
    fail("192.0.2.1", 5);
    expect(fail("192.0.2.1", 1000)).toBe(5_000);
    clock.now += 4_000;
    expect(fail("192.0.2.1")).toBe(1_000);
  });

  test("resets after the right password", () => {
    const { attempts, fail } = setUp();
    fail("192.0.2.1", 4);
    expect(attempts.begin("192.0.2.1")).toBeNull();
    attempts.succeed("192.0.2.1");
    expect(attempts.size).toBe(0);
    expect(fail("192.0.2.1", 5)).toBeNull();
    expect(fail("192.0.2.1")).toBe(5_000);
  });

  test("resets an hour after the last failure", () => {
    const { clock, fail } = setUp();
    fail("192.0.2.1", 5);
    clock.now += 60 * MINUTE - 1;
    expect(fail("192.0.2.1")).toBeNull();
    expect(fail("192.0.2.1")).toBe(10_000);
    clock.now += 60 * MINUTE;
    expect(fail("192.0.2.1", 5)).toBeNull();
  });

  test("does not delay another address", () => {
    const { fail } = setUp();
    fail("192.0.2.1", 20);
    expect(fail("192.0.2.2", 5)).toBeNull();
  });
});

describe("SignInRateLimit over all addresses", () => {
  const nth = (i: number) => `10.0.${i >> 8}.${i & 255}`;

  test("allows a burst of fifty failures, and ten a minute", () => {
    const { clock, attempts } = setUp();
    for (let i = 0; i < 50; i += 1) expect(attempts.begin(nth(i))).toBeNull();
    expect(attempts.begin(nth(50))).toBe(6_000);
    clock.now += 5_999;
    expect(attempts.begin(nth(51))).toBe(1);
    let passed = 0;
    for (let i = 0; i < 3600; i += 1) {
      clock.now += 1_000;
      if (attempts.begin(nth(100 + i)) === null) passed += 1;
    }
    expect(passed).toBe(600);
  });

  test("refunds successful attempts", () => {
    const { attempts } = setUp();
    for (let i = 0; i < 1000; i += 1) {
      expect(attempts.begin(nth(i))).toBeNull();
      attempts.succeed(nth(i));
    }
    for (let i = 0; i < 50; i += 1) expect(attempts.begin(nth(i))).toBeNull();
    expect(attempts.begin(nth(50))).not.toBeNull();
  });

  test("evicts the address that failed longest ago", () => {
    const { attempts, fail } = setUp({ maxClients: 100, burst: 1_000_000 });
    fail(nth(0), 5);
    for (let i = 1; i < 100; i += 1) fail(nth(i), 5);
    expect(fail(nth(0))).toBe(5_000);
    for (let i = 100; i < 5_000; i += 1) fail(nth(i), 5);
    expect(attempts.size).toBe(100);
    expect(fail(nth(4_999))).toBe(5_000);
    expect(fail(nth(0))).toBeNull();
  });
});
