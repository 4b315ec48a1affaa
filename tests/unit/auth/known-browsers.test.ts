import { describe, expect, it } from "vitest";
import { KNOWN_LIFETIME, KnownBrowsers } from "../../../app/auth/known-browsers.server";
import { NOW } from "../../support/measurements";

const known = new KnownBrowsers("a secret of the test", "hash of the password");
const value = known.issue(NOW, null);

describe("KnownBrowsers", () => {
  it("knows a browser until its cookie ends", () => {
    const id = known.find([value], NOW);
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(known.find([value], NOW + KNOWN_LIFETIME - 1)).toBe(id);
    expect(known.find([value], NOW + KNOWN_LIFETIME)).toBeNull();
  });

  it("keeps the id of a browser that signs in again", () => {
    const id = known.find([value], NOW);
    expect(known.find([known.issue(NOW + 1, id)], NOW)).toBe(id);
    expect(known.find([known.issue(NOW, null)], NOW)).not.toBe(id);
  });

  it.each([
    ["another password", new KnownBrowsers("a secret of the test", "hash of another password")],
    ["another secret", new KnownBrowsers("another secret", "hash of the password")],
  ])("knows nobody after %s", (_, other) => {
    expect(other.find([value], NOW)).toBeNull();
  });

  it("refuses every changed character", () => {
    const accepted = [...value].filter((character, i) => {
      const changed = value.slice(0, i) + (character === "a" ? "b" : "a") + value.slice(i + 1);
      return changed !== value && known.find([changed], NOW) !== null;
    });
    expect(accepted).toEqual([]);
  });

  it.each(["", ".", "a".repeat(100_000), "ä".repeat(22), `${value}.`, ` ${value}`])("refuses %j", (text) => {
    expect(known.find([text], NOW)).toBeNull();
  });

  it("verifies the first four values of many", () => {
    expect(known.find(["x", "y", value], NOW)).not.toBeNull();
    expect(known.find(["1", "2", "3", "4", value], NOW)).toBeNull();
  });
});
