import { expect, it } from "vitest";
import { PriorityQueue } from "../../../../app/cli/sample/priority-queue";
import { Random } from "../../../../app/cli/sample/random";

it("PriorityQueue removes items in the order of time, equal times in the order of addition", () => {
  const random = new Random(1, "times");
  const line = new PriorityQueue<{ time: number; order: number }>();
  const added = Array.from({ length: 2_000 }, (_, order) => ({
    time: Math.floor(random.uniform() * 300),
    order,
  }));
  const given: typeof added = [];
  for (const [i, item] of added.entries()) {
    line.add(item.time, item);
    // Now and then all that is over; what is added later may be earlier than that.
    if (i === 700) given.push(...line.removeBefore(100));
  }
  expect(given.every(({ time }) => time < 100)).toBe(true);
  expect(line.size).toBe(2_000 - given.length);
  const rest = [...line.removeBefore(1_000)];
  const expected = added
    .filter((item) => !given.includes(item))
    .sort((a, b) => a.time - b.time || a.order - b.order);
  expect(rest).toEqual(expected);
  expect(line.size).toBe(0);
});
