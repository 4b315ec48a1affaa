import { describe, expect, it } from "vitest";
import { toLabel, toText } from "../../../app/tracker/text";
import { MAX_LABEL_LENGTH } from "../../../app/vitals/measurement";
import { isCleanText } from "../../../app/vitals/text";

describe("toLabel", () => {
  it("keeps a label that a collector accepts", () => {
    for (const label of ["/workspace/[id]", "2.4.1+build 7", "ünï😀", "x".repeat(MAX_LABEL_LENGTH), "0"]) {
      expect(toLabel(label)).toBe(label);
    }
  });

  it("returns undefined for a label that a collector rejects", () => {
    for (const label of [
      "",
      "  ",
      "a\u0000b",
      "a\u009fb",
      "a\nb",
      "\ud83d",
      "x".repeat(MAX_LABEL_LENGTH + 1),
    ]) {
      expect(toLabel(label)).toBeUndefined();
    }
    for (const label of [undefined, null, 1, {}, ["/a"], () => "/a"]) expect(toLabel(label)).toBeUndefined();
  });
});

describe("toText", () => {
  it("truncates a long selector without splitting a character", () => {
    expect(toText("main>img")).toBe("main>img");
    expect(toText("x".repeat(1000))).toHaveLength(256);
    expect(isCleanText(toText(`${"x".repeat(255)}😀`))).toBe(true);
  });
});
