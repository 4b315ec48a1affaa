import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FairLane } from "../../../../app/server/traffic/fair-lane.mjs";

let now = 0;
let events: string[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  events = [];
  leaving = new Map();
});
afterEach(() => void vi.useRealTimers());

const createLane = (slots: number) => new FairLane({ slots: () => slots, clock: () => now, wake: () => {} });

/** What frees the slots of requests that run, by client. */
let leaving: Map<string, () => void>;

/** Each client has a network of its own, unless named. */
function enter(lane: FairLane, client: string, isFamiliar = false, network = `network of ${client}`): void {
  lane.enter({
    client,
    network,
    isFamiliar,
    run: (leave) => {
      events.push(client);
      leaving.set(client, leave);
    },
    refuse: () => events.push(`no ${client}`),
  });
}

/** Runs requests one after the other. */
function runAll(lane: FairLane): void {
  while (lane.startNext()) for (const [client, leave] of leaving) if (leaving.delete(client)) leave();
}

/** Runs what was to run in the next turn. */
const turn = (): void => void vi.advanceTimersByTime(1);

describe("FairLane", () => {
  it("runs as many requests as it has slots", () => {
    const lane = createLane(2);
    for (const client of ["a", "b", "c"]) enter(lane, client);
    while (lane.startNext());
    expect(events).toEqual(["a", "b"]);
    expect(lane.isReady()).toBe(false);
    leaving.get("a")?.();
    expect(lane.isReady()).toBe(true);
    lane.startNext();
    expect(events).toEqual(["a", "b", "c"]);
  });

  it("lets the client go first whose last turn is longest ago", () => {
    const lane = createLane(1);
    now = 1_000;
    enter(lane, "quiet");
    runAll(lane);
    now = 5_000;
    for (let i = 0; i < 3; i += 1) enter(lane, "loud");
    runAll(lane);
    now = 5_400;
    for (let i = 0; i < 3; i += 1) enter(lane, "loud");
    enter(lane, "quiet");
    events = [];
    runAll(lane);
    expect(events).toEqual(["quiet", "loud", "loud", "loud"]);
  });

  it("refuses the loudest where too many wait, and never the quiet one for it", () => {
    const lane = createLane(0);
    for (let i = 0; i < 600; i += 1) enter(lane, `client ${i % 300}`);
    expect(events.filter((event) => event.startsWith("no"))).toHaveLength(88);
    events = [];
    now = 100;
    enter(lane, "quiet");
    expect(events).toHaveLength(1);
    expect(events[0]).not.toBe("no quiet");
  });

  it("gives familiar, quiet and other clients a third of the slots each, and what the others leave free", () => {
    const lane = createLane(6);
    for (let i = 0; i < 4; i += 1) enter(lane, `stranger ${i}`);
    for (let i = 0; i < 12; i += 1) enter(lane, "loud");
    for (let i = 0; i < 3; i += 1) enter(lane, `friend ${i}`, true);
    while (lane.startNext());
    expect(events).toEqual(["friend 0", "stranger 0", "loud", "friend 1", "stranger 1", "loud"]);
    leaving.get("friend 0")?.();
    lane.startNext();
    leaving.get("friend 1")?.();
    lane.startNext();
    expect(events.slice(6)).toEqual(["friend 2", "stranger 2"]);
  });

  it("serves a newcomer at once, however many addresses of another network are new", () => {
    const lane = createLane(1);
    for (let i = 0; i < 400; i += 1) enter(lane, `new ${i}`, false, "hostile");
    now = 600;
    enter(lane, "newcomer");
    runAll(lane);
    // Ten of the network are quiet; the newcomer and those have every second slot.
    expect(events.indexOf("newcomer")).toBeLessThan(24);
  });

  it("serves newcomers at once beside 250 clients that send five times what can be processed", () => {
    const lane = createLane(1);
    for (now = 0; now < 11_000; now += 4) {
      vi.advanceTimersByTime(4);
      enter(lane, `loud ${(now / 4) % 250}`);
      if (now >= 6_000 && now % 500 === 0) enter(lane, `newcomer ${now}`, false, "office");
      if (now % 20 === 0 && lane.startNext()) leaving.get(events.at(-1) ?? "")?.();
    }
    const served = events.filter((event) => event.startsWith("newcomer"));
    expect(served).toEqual(Array.from({ length: 10 }, (_, i) => `newcomer ${6_000 + 500 * i}`));
  });

  it("starts what may run after the process stood still", () => {
    const lane = createLane(1);
    enter(lane, "late");
    // Node runs the timers first, and then what was to start the request.
    vi.advanceTimersByTime(5_000);
    runAll(lane);
    turn();
    expect(events).toEqual(["late"]);
  });

  it("refuses what waited too long, in a flood sooner", () => {
    const lane = createLane(0);
    enter(lane, "a");
    vi.advanceTimersByTime(4_999);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    turn();
    expect(events).toEqual(["no a"]);
    now = 1_500;
    expect(lane.floodedSince).toBe(0);
    enter(lane, "b");
    vi.advanceTimersByTime(700);
    turn();
    expect(events).toEqual(["no a", "no b"]);
  });

  it("is no longer flooded when nobody had to wait for a while", () => {
    const lane = createLane(0);
    for (let i = 0; i < 600; i += 1) {
      now = i;
      enter(lane, `client ${i}`);
    }
    now = 2_000;
    expect(lane.floodedSince).toBe(512);
    now = 3_600;
    expect(lane.floodedSince).toBeNull();
  });

  it("is no longer flooded when requests come in bursts that are processed at once", () => {
    const lane = createLane(1);
    for (let i = 0; i < 600; i += 1) {
      now = i;
      enter(lane, `client ${i}`);
    }
    runAll(lane);
    for (now = 2_000; now < 6_000; now += 500) {
      for (let i = 0; i < 40; i += 1) enter(lane, "office");
      expect(lane.floodedSince).toBe(now < 4_000 ? 512 : null);
      runAll(lane);
    }
    expect(events.slice(-40)).toEqual(Array(40).fill("office"));
  });
});
