import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callTree } from "../../../app/profiling/call-tree";
import { functionFigures } from "../../../app/profiling/function-figures";
import { parseProfile } from "../../../app/profiling/parse-profile";
import type { ProfileRecord } from "../../../app/profiling/profile-record";
import { Profiler, START_INTERVAL } from "../../../app/profiling/profiler.server";
import { type HeldTimers, holdTimers } from "../../support/held-timers";
import { type TemporaryFolder, temporaryFolder } from "../../support/temporary-folder";
import { parseOrders } from "./fixtures/guilty-function.mjs";

/** Profiles end when their tests have done what comes before. */
const OPTIONS = { kind: "cpu", duration: 5, interval: 1 } as const;

let temporary: TemporaryFolder;
let folder: string;
let now: number;
let failures: string[];
let timers: HeldTimers;

beforeEach(() => {
  timers = holdTimers(OPTIONS.duration * 1_000);
  temporary = temporaryFolder();
  folder = join(temporary.path, "profiles");
  now = Date.UTC(2026, 10, 22, 10, 20, 30);
  failures = [];
});
afterEach(() => temporary.remove());

function profiler(
  limits?: { maxBytes: number; maxAge: number },
  monotonic = (): number => performance.now(),
): Profiler {
  return new Profiler({
    folder,
    service: "shop",
    release: "2.4.1",
    clock: () => now,
    monotonic,
    onFailure: (reason) => failures.push(reason),
    ...(limits === undefined ? {} : { limits }),
  });
}

/** Ends the profile that is running; its record. */
async function finished(one: Profiler): Promise<ProfileRecord | undefined> {
  timers.expire(OPTIONS.duration * 1_000);
  for (;;) {
    const { running, profiles } = await one.state();
    if (running === null) return profiles[0];
    await pause(10);
  }
}

const rejection = (
  promise: Promise<unknown>,
): Promise<{ status: number; message: string; retryAfter: number }> =>
  promise.then(
    () => Promise.reject(new Error("it was not rejected")),
    (error) => error,
  );

/** Stores a record that another process wrote. */
function store(record: Partial<ProfileRecord> & { id: string; process: string }): void {
  mkdirSync(folder, { recursive: true });
  const complete = {
    kind: "cpu",
    state: "complete",
    startedAt: now,
    duration: 30,
    interval: 1,
    service: "shop",
    release: null,
    node: "v20.20.2",
    folder: "/srv/shop",
    bytes: null,
    startPause: null,
    stopPause: null,
    reason: null,
  };
  writeFileSync(join(folder, `${record.id}.json`), JSON.stringify({ ...complete, ...record }));
}

describe("Profiler", () => {
  it.each(["cpu", "heap"] as const)("records a %s profile and stores it", async (kind) => {
    const one = profiler();
    const started = await one.start({ ...OPTIONS, kind });
    expect(started).toMatchObject({ kind, state: "running", release: "2.4.1", node: process.version });
    const record = await finished(one);
    expect(record).toMatchObject({ id: started.id, state: "complete", interval: kind === "cpu" ? 1 : null });
    expect(record?.startPause).toBeGreaterThanOrEqual(0);
    const { content } = await one.read(started.id);
    expect(content.byteLength).toBe(record?.bytes);
    expect(parseProfile(content.toString()).kind).toBe(kind);
  });

  it("records allocations that the collector has removed", async () => {
    const one = profiler();
    const { id } = await one.start({ ...OPTIONS, kind: "heap" });
    // More than the young generation holds, so that it is collected.
    for (let i = 0; i < 500; i += 1) parseOrders();
    await finished(one);
    const tree = callTree(parseProfile((await one.read(id)).content.toString()), "/");
    const parsed = functionFigures(tree).find(({ frame }) => frame.name === "parseOrders");
    expect(parsed?.total.value).toBeGreaterThan(20_000_000);
  });

  it("rejects a second start with 409, and names the profile that runs", async () => {
    const one = profiler();
    const { id } = await one.start(OPTIONS);
    const error = await rejection(one.start(OPTIONS));
    expect(error).toMatchObject({ status: 409, retryAfter: 5 });
    expect(error.message).toContain(id);
    await finished(one);
  });

  it("starts one of several that are requested at once", async () => {
    const one = profiler();
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => one.start(OPTIONS)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const statuses = results.flatMap((result) => (result.status === "rejected" ? result.reason.status : []));
    expect(statuses).toEqual([409, 409, 409]);
    await finished(one);
  });

  it("allows one start in five minutes, also after a restart", async () => {
    const first = profiler();
    await first.start(OPTIONS);
    await finished(first);
    now += 60_000;
    const restarted = profiler();
    expect(await restarted.state()).toMatchObject({ running: null, nextStartIn: 240 });
    expect(await rejection(restarted.start(OPTIONS))).toMatchObject({ status: 429, retryAfter: 240 });
    now += START_INTERVAL - 60_000;
    await expect(restarted.start(OPTIONS)).resolves.toMatchObject({ state: "running" });
    await finished(restarted);
  });

  it("does not wait for a start in the future, after the clock was set back", async () => {
    const first = profiler();
    await first.start(OPTIONS);
    await finished(first);
    now -= 24 * 60 * 60_000;
    expect((await first.state()).nextStartIn).toBe(0);
    now += 24 * 60 * 60_000;
    expect((await first.state()).nextStartIn).toBeGreaterThan(0);
  });

  it.each([
    ["of this id before its restart", `${hostname()} ${process.pid} 1`],
    ["that has ended", `${hostname()} 999999999 1`],
  ])("calls the profile of a process %s interrupted, and counts its start", async (_, owner) => {
    store({ id: "20261122t102030-cpu-00000001", state: "running", process: owner });
    const state = await profiler().state();
    expect(state.profiles).toMatchObject([{ state: "interrupted" }]);
    expect(state).toMatchObject({ running: null, nextStartIn: 300 });
    expect(readFileSync(join(folder, "20261122t102030-cpu-00000001.json"), "utf8")).toContain("interrupted");
  });

  it("waits for the profile of a process of another machine until its time is over", async () => {
    store({ id: "20261122t102030-cpu-00000001", state: "running", process: "elsewhere 7 1" });
    const one = profiler();
    expect((await one.state()).running?.id).toBe("20261122t102030-cpu-00000001");
    expect(await rejection(one.start(OPTIONS))).toMatchObject({ status: 409 });
    now += 91_000;
    expect((await one.state()).profiles).toMatchObject([{ state: "interrupted" }]);
  });

  it("rejects ids of no profile, and paths, with 404", async () => {
    const one = profiler();
    writeFileSync(join(temporary.path, "secret.json"), "{}");
    for (const id of [
      "",
      "none",
      "../secret",
      "..%2fsecret",
      "/etc/passwd",
      "a/b",
      "a\0b",
      "x".repeat(500),
    ]) {
      expect(await rejection(one.read(id)), id).toMatchObject({ status: 404 });
    }
  });

  it("has no file of a profile that is still running", async () => {
    const one = profiler();
    const { id } = await one.start(OPTIONS);
    expect(await rejection(one.read(id))).toMatchObject({
      status: 404,
      message: expect.stringContaining("running"),
    });
    await finished(one);
  });

  it("deletes what is over the limits, and never the newest", async () => {
    for (const [i, bytes] of [40, 40, 40].entries()) {
      const id = `20261122t10203${i}-cpu-00000001`;
      store({ id, process: "", bytes, startedAt: now - 3_600_000 + i });
      writeFileSync(join(folder, `${id}.cpuprofile`), "x".repeat(bytes));
    }
    const one = profiler({ maxBytes: 100, maxAge: 3_600_000 });
    await one.store.prune(now);
    expect(readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"))).toHaveLength(2);
    now += 3_600_000;
    await one.store.prune(now);
    expect(readdirSync(folder).filter((name) => name.endsWith(".json"))).toEqual([
      "20261122t102032-cpu-00000001.json",
    ]);
  });

  it("lists the last ten, the newest first, and leaves out files that are no record", async () => {
    for (let i = 10; i < 22; i += 1) {
      store({ id: `20261122t1020${i}-cpu-00000001`, process: "", startedAt: now - 100_000 + i });
    }
    writeFileSync(join(folder, "broken.json"), "{");
    writeFileSync(join(folder, "other.json"), '{"id": "other"}');
    const { profiles } = await profiler().state();
    expect(profiles).toHaveLength(10);
    expect(profiles[0]?.id).toBe("20261122t102021-cpu-00000001");
  });
});

// Linux has a device that is always full.
describe.runIf(process.platform === "linux")("Profiler on a full disk", () => {
  it("fails with the reason when the profile can't be written, and leaves no part of it", async () => {
    const id = "20261122t102030-cpu-00000001";
    let isFull = false;
    const one = profiler(undefined, () => {
      // The first look at this clock is between the record of the start and the recording.
      if (!isFull) {
        symlinkSync("/dev/full", join(folder, `${id}.cpuprofile.part`));
        symlinkSync("/dev/full", join(folder, `${id}.json.part`));
        isFull = true;
      }
      return performance.now();
    });
    one.store.newId = () => id;
    await one.start(OPTIONS);
    const record = await finished(one);
    expect(record).toMatchObject({ id, state: "failed", reason: expect.stringContaining("disk is full") });
    expect(failures).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([`${id}.json`]);
  });

  it("starts none where its record can't be written", async () => {
    const one = profiler();
    one.store.newId = () => "20261122t102030-cpu-00000001";
    mkdirSync(folder);
    symlinkSync("/dev/full", join(folder, "20261122t102030-cpu-00000001.json.part"));
    const error = await rejection(one.start(OPTIONS));
    expect(error).toMatchObject({ status: 507, message: expect.stringContaining("disk is full") });
    expect((await one.state()).running).toBeNull();
  });
});
