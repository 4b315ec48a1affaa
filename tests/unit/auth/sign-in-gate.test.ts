import { describe, expect, it } from "vitest";
import { MAX_CHECKS, type SignInClient, SignInGate } from "../../../app/auth/sign-in-gate";

function setUp() {
  const clock = { now: 1_000_000 };
  const gate = new SignInGate(() => clock.now);
  let strangers = 0;
  /** A client that has never signed in, from another address each time. */
  const stranger = (): SignInClient => {
    strangers += 1;
    return { address: `10.1.${strangers >> 8}.${strangers & 255}`, knownBrowser: null };
  };
  return { clock, gate, stranger };
}

const known = (id: string): SignInClient => ({ address: "192.0.2.7", knownBrowser: id });
const wrong = async () => false;
const right = async () => true;

/** Checks that end when the test wants. */
function heldChecks() {
  const order: string[] = [];
  const ends: Array<() => void> = [];
  const check = (name: string) => (): Promise<boolean> => {
    order.push(name);
    return new Promise((resolve) => ends.push(() => resolve(false)));
  };
  const endNext = async (): Promise<void> => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { order, check, endNext };
}

describe("SignInGate.attempt", () => {
  it("lets a known browser in at each of 20 tries, under five wrong attempts a second from changing addresses", async () => {
    const { clock, gate, stranger } = setUp();
    const results: unknown[] = [];
    const refusals: unknown[] = [];
    for (let second = 0; second < 60; second += 1) {
      for (let i = 0; i < 5; i += 1) refusals.push(await gate.attempt(stranger(), wrong));
      if (second % 3 === 0) results.push(await gate.attempt(known("mine"), right));
      clock.now += 1_000;
    }
    expect(results).toEqual(Array(20).fill(true));
    expect(refusals.filter((result) => result === false).length).toBeLessThan(70);
    await gate.attempt(stranger(), wrong);
    expect(await gate.attempt(stranger(), right)).toMatchObject({ reason: "attempts" });
  });

  it("limits each known browser: five free failures, then delays", async () => {
    const { gate } = setUp();
    for (let i = 0; i < 5; i += 1) expect(await gate.attempt(known("stolen"), wrong)).toBe(false);
    expect(await gate.attempt(known("stolen"), right)).toEqual({ reason: "attempts", wait: 5_000 });
    expect(await gate.attempt(known("other"), right)).toBe(true);
  });

  it("counts an IPv6 /64 network as one address", async () => {
    const { gate } = setUp();
    const from = (address: string) => gate.attempt({ address, knownBrowser: null }, wrong);
    for (let i = 1; i <= 5; i += 1) expect(await from(`2001:db8:0:7::${i}`)).toBe(false);
    expect(await from("2001:db8:0:7::6")).toMatchObject({ reason: "attempts" });
    expect(await from("2001:db8:0:8::1")).toBe(false);
  });

  it("refuses at once when the queue of its kind is full, and counts nothing", async () => {
    const { gate, stranger } = setUp();
    const { order, check, endNext } = heldChecks();
    const waiting = Array.from({ length: MAX_CHECKS }, (_, i) =>
      gate.attempt(stranger(), check(`stranger ${i}`)),
    );
    const address = "198.51.100.1";
    for (let i = 0; i < 10; i += 1) {
      expect(await gate.attempt({ address, knownBrowser: null }, right)).toEqual({
        reason: "queue",
        wait: 2_000,
      });
    }
    expect(order).toEqual(["stranger 0"]);
    for (let i = 0; i < MAX_CHECKS; i += 1) await endNext();
    await Promise.all(waiting);
    for (let i = 0; i < 5; i += 1)
      expect(await gate.attempt({ address, knownBrowser: null }, wrong)).toBe(false);
  });

  it("checks known browsers before all others that wait", async () => {
    const { gate, stranger } = setUp();
    const { order, check, endNext } = heldChecks();
    const attempts = [
      gate.attempt(stranger(), check("stranger 1")),
      gate.attempt(stranger(), check("stranger 2")),
      gate.attempt(known("mine"), check("mine")),
    ];
    for (let i = 0; i < attempts.length; i += 1) await endNext();
    await Promise.all(attempts);
    expect(order).toEqual(["stranger 1", "mine", "stranger 2"]);
  });

  it("goes on after a check that fails with an error", async () => {
    const { gate, stranger } = setUp();
    await expect(
      gate.attempt(stranger(), async () => {
        throw new Error("out of memory");
      }),
    ).rejects.toThrow("out of memory");
    expect(await gate.attempt(stranger(), right)).toBe(true);
  });
});
