import { expect, it } from "vitest";
import { saySeldom } from "../../../app/platform/say-seldom";

it("says the first at once, then the newest after a while, with how many there were", () => {
  let time = 5;
  const said: unknown[] = [];
  const complain = saySeldom<string>(
    1_000,
    () => time,
    (detail, times) => said.push([detail, times]),
  );
  complain("a");
  for (const detail of ["b", "c"]) {
    time += 499;
    complain(detail);
  }
  expect(said).toEqual([["a", 1]]);
  time += 2;
  complain("d");
  expect(said).toEqual([
    ["a", 1],
    ["d", 3],
  ]);
  time += 10_000;
  complain("e");
  expect(said.at(-1)).toEqual(["e", 1]);
});
