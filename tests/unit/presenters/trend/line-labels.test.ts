import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFree, lineLabels, outline } from "../../../../app/presenters/trend/line-labels";
import { examples } from "../../../support/measurements";

const PLOT = { top: 8, bottom: 224 };
const flat = (y: number) => Array.from({ length: 25 }, (_, i) => ({ x: (i * 100) / 24, y }));

describe("names of lines", () => {
  it("stand at the end of their lines, over one and under the other", () => {
    const labels = lineLabels(
      [
        { name: "2.4.1", points: flat(60) },
        { name: "2.4.0", points: flat(80) },
      ],
      PLOT,
    ).map(({ label }) => label);
    expect(labels).toEqual([
      { text: "2.4.1", x: 100, y: 54, anchor: "end" },
      { text: "2.4.0", x: 100, y: 96, anchor: "end" },
    ]);
  });

  it("begin where a short line ends near the left edge, and are cut where they are long", () => {
    const [first] = lineLabels([{ name: "2.4.1", points: [{ x: 2, y: 100 }] }], PLOT);
    expect(first?.label.anchor).toBe("start");
    const [long] = lineLabels([{ name: "x".repeat(40), points: flat(100) }], PLOT);
    expect(long?.label.text).toBe(`${"x".repeat(17)}…`);
    expect(lineLabels([{ name: "none", points: [] }], PLOT)).toEqual([]);
  });

  it("stay within the plot", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 8, max: 224, noNaN: true }), { minLength: 2, maxLength: 24 }),
        (ys) => {
          const points = ys.map((y, i) => ({ x: (i * 100) / (ys.length - 1), y }));
          for (const { box } of lineLabels([{ name: "2.4.1", points }], PLOT)) {
            expect(box.top).toBeGreaterThanOrEqual(PLOT.top);
            expect(box.bottom).toBeLessThanOrEqual(PLOT.bottom);
            expect(box.from).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      examples(300),
    );
  });

  it("are in the way of what comes after them", () => {
    const box = { from: 90, to: 100, top: 40, bottom: 56 };
    expect(isFree(box, [outline({ ...box, from: 80, to: 91 })])).toBe(false);
    expect(isFree(box, [outline({ ...box, from: 70, to: 80 })])).toBe(true);
    expect(isFree(box, [flat(57)])).toBe(true);
    expect(isFree(box, [flat(48)])).toBe(false);
  });
});
