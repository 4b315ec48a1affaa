import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withLock } from "../../../app/setup/setup.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "vitals-setup-"));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const lock = () => join(root, "build", ".setup-lock");
function leaveLock(holder: string, ageSeconds = 0): void {
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(lock(), holder);
  const then = Date.now() / 1000 - ageSeconds;
  utimesSync(lock(), then, then);
}

describe("withLock", () => {
  it("runs one process after the other", async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    };
    await Promise.all([withLock(root, work("a")), withLock(root, work("b"))]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("releases the lock when the work fails", async () => {
    const failing = withLock(root, async () => {
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(existsSync(lock())).toBe(false);
  });

  /** No process has this id: Linux's largest is 4,194,304. */
  const NO_PROCESS = 99_999_999;

  it.each([
    ["a process of this machine that has ended", () => leaveLock(`${hostname()} ${NO_PROCESS}`)],
    ["a machine that went away", () => leaveLock("elsewhere 1", 60)],
  ])("replaces the lock of %s", async (_, leave) => {
    leave();
    let done = false;
    await withLock(root, async () => {
      done = true;
    });
    expect(done).toBe(true);
  });
});
