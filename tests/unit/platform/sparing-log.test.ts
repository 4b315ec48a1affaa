import { expect, it } from "vitest";
import { createSparingLog } from "../../../app/platform/sparing-log";

it("writes the first failure at once, and then a line a minute with how many there were", () => {
  let now = 5_000;
  const lines: unknown[] = [];
  const complain = createSparingLog(
    () => now,
    (reason, failures) => lines.push([reason, failures]),
  );
  complain("a");
  for (let i = 0; i < 100; i += 1) complain("b");
  now += 59_999;
  complain("c");
  expect(lines).toEqual([["a", 1]]);
  now += 1;
  complain("d");
  complain("e");
  now += 60_000;
  complain("f");
  expect(lines).toEqual([
    ["a", 1],
    ["d", 102],
    ["f", 2],
  ]);
});
