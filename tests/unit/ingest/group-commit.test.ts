import { describe, expect, it, vi } from "vitest";
import { GroupCommit, type GroupCommitOptions, OverloadedError } from "../../../app/ingest/group-commit";
import type { Measurement } from "../../../app/vitals/measurement";
import { measurement } from "../../support/measurements";

/** A store whose batches stay open until the test closes them. */
class HeldStore {
  constructor(readonly atOnce = 1) {}

  readonly batches: Array<{ ids: string[]; resolve: () => void; reject: (error: unknown) => void }> = [];
  running = 0;

  store = async (batch: readonly Measurement[]): Promise<void> => {
    this.running += 1;
    expect(this.running, "batches at a time").toBeLessThanOrEqual(this.atOnce);
    try {
      await new Promise<void>((resolve, reject) => {
        this.batches.push({ ids: batch.map(({ id }) => id), resolve, reject });
      });
    } finally {
      this.running -= 1;
    }
  };

  /** The n-th batch, as soon as it was begun. */
  async batch(n: number): Promise<{ ids: string[]; resolve: () => void; reject: (error: unknown) => void }> {
    const begun = () => this.batches[n];
    await expect.poll(begun, { interval: 1, message: `batch ${n}` }).toBeDefined();
    return begun() ?? expect.fail(`batch ${n} was not begun`);
  }
}

function commitTo(store: GroupCommitOptions["store"], options: Partial<GroupCommitOptions> = {}) {
  let time = 0;
  return new GroupCommit({ store, capacity: 100, maxBatch: 10, monotonic: () => time++, ...options });
}

const beacon = (...ids: string[]): Measurement[] => ids.map((id) => measurement({ id }));

/** `pending`, `fulfilled`, or the message of the rejection. */
const stateOf = (promise: Promise<void>): Promise<string> =>
  Promise.race([
    promise.then(
      () => "fulfilled",
      (error: Error) => error.message,
    ),
    new Promise<string>((resolve) => setImmediate(() => resolve("pending"))),
  ]);

describe("GroupCommit", () => {
  it("acknowledges a beacon only when its batch is stored", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store);
    const ack = group.commit(beacon("a"));
    const batch = await held.batch(0);
    expect(await stateOf(ack)).toBe("pending");
    expect(group.depth).toBe(1);
    batch.resolve();
    expect(await stateOf(ack)).toBe("fulfilled");
    expect(group.depth).toBe(0);
  });

  it("joins beacons that arrive together, and collects others while a batch is stored", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store);
    const first = ["a", "b", "c"].map((id) => group.commit(beacon(id)));
    const one = await held.batch(0);
    expect(one.ids).toEqual(["a", "b", "c"]);
    const second = ["d", "e"].map((id) => group.commit(beacon(id)));
    expect(await stateOf(Promise.all(second).then(() => {}))).toBe("pending");
    expect(held.batches).toHaveLength(1);
    one.resolve();
    await Promise.all(first);
    const two = await held.batch(1);
    expect(two.ids).toEqual(["d", "e"]);
    expect(await stateOf(second[0] ?? Promise.resolve())).toBe("pending");
    two.resolve();
    await Promise.all(second);
  });

  it("stores as many batches at once as it may, and collects the others", async () => {
    const held = new HeldStore(2);
    const group = commitTo(held.store, { maxUnderWay: 2 });
    const first = group.commit(beacon("a"));
    const one = await held.batch(0);
    const second = group.commit(beacon("b"));
    const two = await held.batch(1);
    const others = ["c", "d"].map((id) => group.commit(beacon(id)));
    expect(await stateOf(Promise.all(others).then(() => {}))).toBe("pending");
    expect(held.batches).toHaveLength(2);
    two.resolve();
    await second;
    expect(await stateOf(first)).toBe("pending");
    const three = await held.batch(2);
    expect(three.ids).toEqual(["c", "d"]);
    one.resolve();
    three.resolve();
    await Promise.all([first, ...others]);
    await group.close();
  });

  it("stores a batch beside another only when enough is waiting for it", async () => {
    const held = new HeldStore(2);
    const group = commitTo(held.store, { maxUnderWay: 2, fewestBeside: 3 });
    const first = group.commit(beacon("a"));
    const one = await held.batch(0);
    const second = group.commit(beacon("b", "c"));
    expect(await stateOf(second)).toBe("pending");
    expect(held.batches).toHaveLength(1);
    const third = group.commit(beacon("d"));
    const two = await held.batch(1);
    expect(two.ids).toEqual(["b", "c", "d"]);
    two.resolve();
    await Promise.all([second, third]);
    const fourth = group.commit(beacon("e"));
    expect(await stateOf(fourth)).toBe("pending");
    expect(held.batches).toHaveLength(2);
    one.resolve();
    await first;
    (await held.batch(2)).resolve();
    await fourth;
    expect(group.depth).toBe(0);
  });

  it("stores no two reports of one id at once", async () => {
    const held = new HeldStore(2);
    const group = commitTo(held.store, { maxUnderWay: 2 });
    const first = group.commit(beacon("a", "b"));
    const one = await held.batch(0);
    const second = group.commit(beacon("b"));
    expect(await stateOf(second)).toBe("pending");
    expect(held.batches).toHaveLength(1);
    one.resolve();
    await first;
    (await held.batch(1)).resolve();
    await second;
    expect(group.depth).toBe(0);
  });

  it("keeps the order, and never splits a beacon", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store, { maxBatch: 3 });
    const acks = [beacon("a", "b"), beacon("c", "d"), beacon("e", "f", "g", "h"), beacon("i")].map((one) =>
      group.commit(one),
    );
    for (const [n, ids] of [["a", "b"], ["c", "d"], ["e", "f", "g", "h"], ["i"]].entries()) {
      const batch = await held.batch(n);
      expect(batch.ids).toEqual(ids);
      batch.resolve();
    }
    await Promise.all(acks);
    expect(held.batches).toHaveLength(4);
  });

  it("merges repeated reports of one batch, and acknowledges each", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store);
    const acks = [group.commit(beacon("a", "b")), group.commit(beacon("a"))];
    const batch = await held.batch(0);
    expect(batch.ids).toEqual(["a", "b"]);
    expect(group.depth).toBe(3);
    batch.resolve();
    await Promise.all(acks);
    expect(group.depth).toBe(0);
  });

  it("rejects exactly the beacons of a batch that failed", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store);
    const lost = [group.commit(beacon("a")), group.commit(beacon("b"))];
    const failing = await held.batch(0);
    const next = group.commit(beacon("c"));
    failing.reject(new Error("disk full"));
    expect(await Promise.all(lost.map(stateOf))).toEqual(["disk full", "disk full"]);
    (await held.batch(1)).resolve();
    expect(await stateOf(next)).toBe("fulfilled");
    expect(group.depth).toBe(0);
  });

  it("rejects when the store rejects without a reason", async () => {
    const group = commitTo(() => Promise.reject(undefined));
    await expect(group.commit(beacon("a"))).rejects.toThrow("The store failed without a reason.");
  });

  it("continues after a store that throws synchronously", async () => {
    const store = vi.fn<GroupCommitOptions["store"]>().mockImplementationOnce(() => {
      throw new Error("at once");
    });
    store.mockResolvedValue(undefined);
    const group = commitTo(store);
    await expect(group.commit(beacon("a"))).rejects.toThrow("at once");
    await group.commit(beacon("b"));
  });

  it("continues after an observer that throws", async () => {
    const onBatch = vi.fn().mockImplementationOnce(() => {
      throw new Error("a metric that fails");
    });
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const group = commitTo(async () => {}, { onBatch });
    await group.commit(beacon("a"));
    await group.commit(beacon("b"));
    expect(onBatch).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: "a metric that fails" }));
    warn.mockRestore();
  });

  it("rejects beacons over the capacity, and accepts them again later", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store, { capacity: 3 });
    const accepted = group.commit(beacon("a", "b"));
    await expect(group.commit(beacon("c", "d"))).rejects.toBeInstanceOf(OverloadedError);
    const alsoAccepted = group.commit(beacon("e"));
    await expect(group.commit(beacon("f"))).rejects.toBeInstanceOf(OverloadedError);
    expect(group.depth).toBe(3);
    (await held.batch(0)).resolve();
    await Promise.all([accepted, alsoAccepted]);
    const again = group.commit(beacon("f"));
    (await held.batch(1)).resolve();
    await again;
  });

  it("retries a batch while the store is busy, and rejects only beacons over the capacity", async () => {
    const held = new HeldStore();
    const busy = new Error("busy");
    const delays: unknown[] = [];
    const group = commitTo(held.store, {
      capacity: 2,
      isTemporary: (error) => error === busy,
      onDelay: (error) => delays.push(error),
    });
    const first = group.commit(beacon("a"));
    (await held.batch(0)).reject(busy);
    const second = group.commit(beacon("b"));
    (await held.batch(1)).reject(busy);
    await expect(group.commit(beacon("c"))).rejects.toBeInstanceOf(OverloadedError);
    const third = await held.batch(2);
    expect([third.ids, delays]).toEqual([["a"], [busy, busy]]);
    expect(await stateOf(first)).toBe("pending");
    third.resolve();
    (await held.batch(3)).resolve();
    await Promise.all([first, second]);
  });

  it("stops retrying when it is closed", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store, { isTemporary: () => true });
    const ack = group.commit(beacon("a"));
    const batch = await held.batch(0);
    const closed = group.close();
    batch.reject(new Error("busy"));
    expect(await stateOf(ack)).toBe("busy");
    await closed;
  });

  it("releases its capacity after a failure too", async () => {
    const group = commitTo(() => Promise.reject(new Error("no")), { capacity: 1 });
    for (let i = 0; i < 3; i += 1) await expect(group.commit(beacon("a"))).rejects.toThrow("no");
    expect(group.depth).toBe(0);
  });

  it("stores all accepted beacons on close, and accepts no more", async () => {
    const held = new HeldStore();
    const group = commitTo(held.store, { maxBatch: 1 });
    const acks = [group.commit(beacon("a")), group.commit(beacon("b"))];
    const closed = group.close();
    await expect(group.commit(beacon("c"))).rejects.toBeInstanceOf(OverloadedError);
    (await held.batch(0)).resolve();
    expect(await stateOf(closed)).toBe("pending");
    (await held.batch(1)).resolve();
    await closed;
    expect(await Promise.all(acks.map(stateOf))).toEqual(["fulfilled", "fulfilled"]);
    await group.close();
  });

  it("closes at once when nothing waits", async () => {
    await commitTo(async () => {}).close();
  });

  it("reports the size, duration and error of each batch", async () => {
    const batches: unknown[] = [];
    const failure = new Error("no");
    const store = vi
      .fn<GroupCommitOptions["store"]>()
      .mockRejectedValueOnce(failure)
      .mockResolvedValue(undefined);
    const group = commitTo(store, { onBatch: (batch) => batches.push(batch) });
    await group.commit(beacon("a", "b")).catch(() => {});
    await group.commit(beacon("c"));
    expect(batches).toEqual([
      { measurements: 2, durationMs: 1, error: failure },
      { measurements: 1, durationMs: 1, error: null },
    ]);
  });
});
