import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
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
function takenBy(holder: string, ageSeconds = 0): void {
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(lock(), holder);
  const then = Date.now() / 1000 - ageSeconds;
  utimesSync(lock(), then, then);
}

test("one after the other", async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${name} ends`);
  };
  await Promise.all([withLock(root, work("a")), withLock(root, work("b"))]);
  expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("gives the lock back when the work fails", async () => {
  const failing = withLock(root, async () => {
    throw new Error("broken");
  });
  await expect(failing).rejects.toThrow("broken");
  expect(existsSync(lock())).toBe(false);
});

/** No process has this id: Linux's largest is 4,194,304. */
const NOBODY = 99_999_999;

test.each([
  ["a process of this machine that has ended", () => takenBy(`${hostname()} ${NOBODY}`)],
  ["a machine that went away", () => takenBy("elsewhere 1", 60)],
])("takes the lock over from %s", async (_, leave) => {
  leave();
  let done = false;
  await withLock(root, async () => {
    done = true;
  });
  expect(done).toBe(true);
});
