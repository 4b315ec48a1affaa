import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FairLane } from "../../../../app/server/traffic/fair-lane.mjs";

let now = 0;
let events: string[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  events = [];
});
afterEach(() => void vi.useRealTimers());

const createLane = (slots: number) => new FairLane({ slots: () => slots, clock: () => now, wake: () => {} });

function enter(lane: FairLane, client: string, isFamiliar = false): void {
  lane.enter({
    client,
    isFamiliar,
    run: () => events.push(client),
    refuse: () => events.push(`no ${client}`),
  });
}

/** Runs requests one after the other. */
function runAll(lane: FairLane, isFamiliar = false): void {
  while (lane.startNext()) lane.leave({ isFamiliar });
}

describe("FairLane", () => {
  it("runs as many requests as it has slots", () => {
    const lane = createLane(2);
    for (const client of ["a", "b", "c"]) enter(lane, client);
    while (lane.startNext());
    expect(events).toEqual(["a", "b"]);
    expect(lane.isReady()).toBe(false);
    lane.leave({ isFamiliar: false });
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

  it("gives familiar clients half of the slots, and all that others leave free", () => {
    const lane = createLane(4);
    for (let i = 0; i < 6; i += 1) enter(lane, `stranger ${i}`);
    for (let i = 0; i < 3; i += 1) enter(lane, `friend ${i}`, true);
    while (lane.startNext());
    expect(events).toEqual(["friend 0", "stranger 0", "friend 1", "stranger 1"]);
    lane.leave({ isFamiliar: true });
    lane.startNext();
    lane.leave({ isFamiliar: true });
    lane.startNext();
    expect(events.slice(4)).toEqual(["friend 2", "stranger 2"]);
  });

  it("refuses what waited too long, in a flood sooner", () => {
    const lane = createLane(0);
    enter(lane, "a");
    vi.advanceTimersByTime(4_999);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(events).toEqual(["no a"]);
    now = 1_500;
    expect(lane.floodedSince).toBe(0);
    enter(lane, "b");
    vi.advanceTimersByTime(700);
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
