import { expect, it } from "vitest";
import { isCleanText } from "../../../app/vitals/text";

it.each([
  "",
  "/workspace/[id]",
  "/wörkspace/日本/🙂",
  "<script>alert('&amp;')</script>",
  "a\u00a0b\u00ad\u200b\u2028\ufeff",
  "\u{10ffff}",
  "🙂🙂",
  " ",
])("isCleanText accepts %j", (text) => {
  expect(isCleanText(text)).toBe(true);
});

it.each([
  "\u0000",
  "a\tb",
  "a\nb",
  "a\u001f",
  "\u007f",
  "\u0080",
  "\u0085",
  "\u009f",
  "\ud800",
  "a\udc00",
  "\udc00\ud800",
  "🙂\ud83d",
  "\ud83dx",
  "\ud83d\ud83d\ude42",
  "🙂\ude42",
])("isCleanText rejects %j", (text) => {
  expect(isCleanText(text)).toBe(false);
});

it("isCleanText agrees with String.isWellFormed", () => {
  const units = ["a", "\ud83d", "\ude42", "\ud800", "\udfff"];
  for (const a of units) {
    for (const b of units) {
      for (const c of units) {
        const text = a + b + c;
        const wellFormed = !encodeURIComponentThrows(text);
        expect(isCleanText(text)).toBe(wellFormed);
      }
    }
  }
});

/** It throws for lone surrogates, and for nothing else. */
function encodeURIComponentThrows(text: string): boolean {
  try {
    encodeURIComponent(text);
    return false;
  } catch {
    return true;
  }
}
