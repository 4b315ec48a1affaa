import { describe, expect, it } from "vitest";
import type { Measurement } from "../../../app/tracker/measurement";
import { createQueue, FLUSH_SIZE, MAX_AGE, type Visit } from "../../../app/tracker/queue";
import type { View } from "../../../app/tracker/views";

const visit = (key: string, startedAt = 0): Visit => ({
  key,
  page: { url: `https://shop.example${key}`, path: key },
  view: {} as View,
  startedAt,
  isLoad: startedAt === 0,
});

const measurement = (id: number, sequence: number, value = id): Measurement => ({
  id: `v6-1795394560724-${id}`,
  name: "LCP",
  value,
  navigationType: "navigate",
  sequence,
  attribution: {},
});

function recording() {
  const clock = { now: 1_000 };
  const sent: { key: string; age: number; sequences: number[]; repeats: Array<true | undefined> }[] = [];
  const queue = createQueue(
    ({ key }, measurements, age) =>
      sent.push({
        key,
        age,
        sequences: measurements.map(({ sequence }) => sequence),
        repeats: measurements.map(({ repeat }) => repeat),
      }),
    () => clock.now,
  );
  return { clock, sent, queue };
}

describe("createQueue", () => {
  it("sends nothing while empty, and nothing twice", () => {
    const { queue, sent } = recording();
    queue.flush();
    queue.add(visit("/a"), measurement(1, 1));
    queue.flush();
    queue.flush();
    expect(sent).toEqual([{ key: "/a", age: 1_000, sequences: [1], repeats: [undefined] }]);
  });

  it("sends one beacon per navigation, with its age", () => {
    const { queue, sent } = recording();
    queue.add(visit("/a"), measurement(1, 1));
    queue.add(visit("/b", 400.4), measurement(2, 2));
    queue.add(visit("/a"), measurement(3, 3));
    queue.flush();
    expect(sent.map(({ key, age, sequences }) => ({ key, age, sequences }))).toEqual([
      { key: "/a", age: 1_000, sequences: [1, 3] },
      { key: "/b", age: 600, sequences: [2] },
    ]);
  });

  it("sends the newest report of an id, and marks a repeated one", () => {
    const { queue, sent } = recording();
    queue.add(visit("/a"), measurement(1, 1));
    queue.add(visit("/a"), measurement(1, 2));
    queue.flush();
    queue.add(visit("/a"), measurement(1, 3));
    queue.add(visit("/a"), measurement(2, 4));
    queue.flush();
    expect(sent.map(({ sequences, repeats }) => ({ sequences, repeats }))).toEqual([
      { sequences: [2], repeats: [undefined] },
      { sequences: [3, 4], repeats: [true, undefined] },
    ]);
  });

  it("flushes before a beacon becomes too large", () => {
    const { queue, sent } = recording();
    for (let i = 0; i < FLUSH_SIZE; i++) queue.add(visit("/a"), measurement(i, i));
    expect(sent.map(({ sequences }) => sequences.length)).toEqual([FLUSH_SIZE]);
  });

  it("drops navigations older than 24 hours", () => {
    const { queue, sent, clock } = recording();
    clock.now = MAX_AGE + 1;
    queue.add(visit("/a"), measurement(1, 1));
    queue.add(visit("/b", 1), measurement(2, 2));
    queue.flush();
    expect(sent.map(({ key }) => key)).toEqual(["/b"]);
  });
});
