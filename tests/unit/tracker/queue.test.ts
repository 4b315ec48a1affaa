import { describe, expect, it } from "vitest";
import type { Measurement } from "../../../app/tracker/measurement";
import { createQueue, FULL, LONGEST_REPORTING } from "../../../app/tracker/queue";
import type { Page } from "../../../app/tracker/urls";

const START = 1_795_394_560_724;

const page = (path: string): Page => ({ url: `https://shop.example${path}`, path });

const measurement = (id: number, sequence: number, value = id): Measurement => ({
  id: `v6-${START}-${id}`,
  name: "LCP",
  value,
  navigationType: "navigate",
  sequence,
  attribution: {},
});

function recording() {
  const clock = { now: START };
  const sent: { path: string; sequences: number[] }[] = [];
  const queue = createQueue(
    ({ path }, measurements) => sent.push({ path, sequences: measurements.map(({ sequence }) => sequence) }),
    () => clock.now,
  );
  return { clock, sent, queue };
}

describe("createQueue", () => {
  it("sends nothing when nothing waits, and nothing twice", () => {
    const { queue, sent } = recording();
    queue.flush();
    queue.add(page("/a"), measurement(1, 1));
    queue.flush();
    queue.flush();
    expect(sent).toEqual([{ path: "/a", sequences: [1] }]);
  });

  it("makes one beacon of each page", () => {
    const { queue, sent } = recording();
    queue.add(page("/a"), measurement(1, 1));
    queue.add(page("/b"), measurement(2, 2));
    queue.add(page("/a"), measurement(3, 3));
    queue.flush();
    expect(sent).toEqual([
      { path: "/a", sequences: [1, 3] },
      { path: "/b", sequences: [2] },
    ]);
  });

  it("keeps pages without URL apart by their path", () => {
    const { queue, sent } = recording();
    queue.add({ url: undefined, path: "/a" }, measurement(1, 1));
    queue.add({ url: undefined, path: "/b" }, measurement(2, 2));
    queue.flush();
    expect(sent).toHaveLength(2);
  });

  it("sends only the newest of the reports of one id that wait", () => {
    const { queue, sent } = recording();
    queue.add(page("/a"), measurement(1, 1));
    queue.add(page("/a"), measurement(1, 2));
    queue.flush();
    queue.add(page("/a"), measurement(1, 3));
    queue.flush();
    expect(sent.map(({ sequences }) => sequences)).toEqual([[2], [3]]);
  });

  it(`sends without being asked when ${FULL} wait, so that a beacon never has more than 32`, () => {
    const { queue, sent } = recording();
    for (let i = 1; i < FULL; i++) queue.add(page("/a"), measurement(i, i));
    queue.add(page("/a"), measurement(1, FULL));
    expect(sent).toEqual([]);
    queue.add(page("/a"), measurement(FULL, FULL + 1));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.sequences).toHaveLength(FULL);
    expect(FULL).toBeLessThanOrEqual(32);
  });

  it("stops reporting a page 24 hours after its navigation", () => {
    const { clock, queue, sent } = recording();
    queue.add(page("/a"), measurement(1, 1));
    clock.now = START + LONGEST_REPORTING;
    queue.flush();
    expect(sent).toHaveLength(1);
    queue.add(page("/a"), measurement(1, 2));
    clock.now += 1;
    queue.flush();
    expect(sent).toHaveLength(1);
  });
});
