import { describe, expect, it } from "vitest";
import { storableName } from "../../../app/storage/storable-name";

const BOUND = { maxNameBytes: 100 };

describe("storableName", () => {
  it.each(["", "a".repeat(100), "é".repeat(50), "字".repeat(33)])("leaves %j as it is", (name) => {
    expect(storableName(BOUND, name)).toBe(name);
  });

  it.each([..."aé字😀"])("shortens a name of %s to the bound, and no character in two", (character) => {
    const stored = storableName(BOUND, character.repeat(101));
    expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(100);
    expect(Buffer.byteLength(stored)).toBeGreaterThan(96);
    expect(stored.isWellFormed()).toBe(true);
    expect(stored.startsWith(character.repeat(10))).toBe(true);
  });

  it("leaves different names different, and a shortened one as it is", () => {
    const [one, other] = [`${"a".repeat(200)}1`, `${"a".repeat(200)}2`];
    expect(storableName(BOUND, one)).not.toBe(storableName(BOUND, other));
    expect(storableName(BOUND, storableName(BOUND, one))).toBe(storableName(BOUND, one));
  });

  it("leaves any name as it is without a bound", () => {
    expect(storableName({ maxNameBytes: null }, "字".repeat(2_048))).toBe("字".repeat(2_048));
  });
});
