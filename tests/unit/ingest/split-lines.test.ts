import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLines } from "../../../app/ingest/split-lines";
import { examples } from "../../support/measurements";

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) return;
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function read(text: string, sizes: readonly number[] = [], limit = 1_000) {
  const lines: Array<{ text: string; tooLong: boolean }> = [];
  for await (const { bytes, tooLong } of splitLines(cut(Buffer.from(text), sizes), limit)) {
    lines.push({ text: Buffer.from(bytes).toString("utf8"), tooLong });
  }
  return lines;
}

const texts = async (text: string, sizes?: readonly number[]): Promise<string[]> =>
  (await read(text, sizes)).map((line) => line.text);

describe("splitLines", () => {
  it("yields every line with its line feed, and the unfinished last line", async () => {
    expect(await texts("")).toEqual([]);
    expect(await texts("a\n")).toEqual(["a\n"]);
    expect(await texts("a\n\nb\r\nc")).toEqual(["a\n", "\n", "b\r\n", "c"]);
  });

  it("marks a line that is too long, and continues after it", async () => {
    const lines = await read("1234\n12345\n1\n123456789", [], 5);
    expect(lines.map(({ tooLong }) => tooLong)).toEqual([false, true, false, true]);
    expect(lines[2]?.text).toBe("1\n");
  });

  it("buffers at most the limit and one byte of a long line", async () => {
    const lines = await read(`${"x".repeat(100_000)}\nb`, [7, 70, 700], 50);
    expect(lines).toEqual([
      { text: "x".repeat(51), tooLong: true },
      { text: "b", tooLong: false },
    ]);
  });

  it("yields the same lines for any chunks of the stream", async () => {
    const aText = fc
      .array(fc.constantFrom("a", "ü", "👩", "\n", "long".repeat(4)))
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(aText, fc.array(fc.integer({ min: 1, max: 9 })), async (text, sizes) => {
        expect(await read(text, sizes, 12)).toEqual(await read(text, [], 12));
        expect((await texts(text, sizes)).join("")).toBe(text);
      }),
      examples(300),
    );
  });
});
