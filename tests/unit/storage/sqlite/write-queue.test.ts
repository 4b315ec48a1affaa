import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { type Priority, WriteQueue } from "../../../../app/storage/sqlite/write-queue";

/** A queue whose works wait for the test to end them, in the order in which they were begun. */
function heldQueue() {
  const queue = new WriteQueue();
  const begun: string[] = [];
  const open = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const results: Array<Promise<string>> = [];
  return {
    begun,
    add(name: string, priority: Priority): Promise<string> {
      const result = queue.run(priority, async () => {
        begun.push(name);
        expect(open.size, "works at a time").toBe(0);
        await new Promise<void>((resolve, reject) => open.set(name, { resolve, reject }));
        return name;
      });
      results.push(result);
      return result;
    },
    async end(name: string, error?: Error): Promise<void> {
      const work = open.get(name);
      if (work === undefined) throw new Error(`${name} is not under way`);
      open.delete(name);
      if (error === undefined) work.resolve();
      else work.reject(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("WriteQueue", () => {
  it("runs at once when the queue is empty", async () => {
    const { add, begun, end } = heldQueue();
    const result = add("a", "background");
    expect(begun).toEqual(["a"]);
    await end("a");
    expect(await result).toBe("a");
  });

  it("runs one write at a time: urgent ones first, each priority in order", async () => {
    const { add, begun, end } = heldQueue();
    const all: Array<[string, Priority]> = [
      ["fold", "background"],
      ["retention", "background"],
      ["commit 1", "urgent"],
      ["commit 2", "urgent"],
    ];
    const results = all.map(([name, priority]) => add(name, priority));
    for (const name of ["fold", "commit 1", "commit 2", "retention"]) {
      expect(begun.at(-1)).toBe(name);
      await end(name);
    }
    expect(await Promise.all(results)).toEqual(["fold", "retention", "commit 1", "commit 2"]);
  });

  it("runs each in the context of its caller, also when it waited for another", async () => {
    const callers = new AsyncLocalStorage<string>();
    const queue = new WriteQueue();
    const by = (caller: string, kind: "run" | "share", priority: Priority) =>
      callers.run(caller, () => queue[kind](priority, async () => callers.getStore()));
    const results = [
      by("fold", "run", "background"),
      by("commit", "run", "urgent"),
      by("session", "share", "urgent"),
      queue.run("urgent", async () => callers.getStore()),
      by("retention", "run", "background"),
    ];
    expect(await Promise.all(results)).toEqual(["fold", "commit", "session", undefined, "retention"]);
  });

  it("runs the last one after all others, however many they are", async () => {
    const queue = new WriteQueue();
    const begun: string[] = [];
    const run = (name: string, priority: Priority): Promise<void> =>
      queue.run(priority, async () => void begun.push(name));
    const urgent = Array.from({ length: 20 }, (_, i) => `commit ${i}`);
    const first = run("first", "urgent");
    await Promise.all([
      ...[first, run("end", "last"), run("fold", "background")],
      ...urgent.map((name) => run(name, "urgent")),
    ]);
    expect([begun.at(0), begun.at(-1), begun.length]).toEqual(["first", "end", 23]);
  });

  it("continues after a failure, which only its caller gets", async () => {
    const { add, end } = heldQueue();
    const failed = add("a", "urgent");
    const next = add("b", "urgent");
    const told = expect(failed).rejects.toThrow("no");
    await end("a", new Error("no"));
    await told;
    await end("b");
    expect(await next).toBe("b");
  });

  it("starts no new write between two waiting ones", async () => {
    const queue = new WriteQueue();
    let running = 0;
    const work = async (): Promise<void> => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
    };
    const all: Array<Promise<void>> = [];
    for (let i = 0; i < 50; i += 1) {
      all.push(queue.run(i % 3 === 0 ? "background" : "urgent", work));
      if (i % 5 === 0) await Promise.resolve();
    }
    await Promise.all(all);
  });
  it("runs a transaction in the background though single statements are always under way", async () => {
    const queue = new WriteQueue();
    const begun: string[] = [];
    const ends: Array<() => void> = [];
    const share = (name: string): Promise<void> =>
      queue.share("urgent", () => {
        begun.push(name);
        return new Promise((resolve) => ends.push(resolve));
      });
    const all = [share("first")];
    all.push(queue.run("background", async () => void begun.push("fold")));
    for (let i = 0; i < 20; i += 1) {
      all.push(share(`statement ${i}`));
      // Ended only after the next one has begun, where that may begin.
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(begun.indexOf("fold")).toBeGreaterThan(1);
    expect(begun.indexOf("fold")).toBeLessThan(begun.length - 1);
    while (ends.length > 0) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(all);
  });
});
