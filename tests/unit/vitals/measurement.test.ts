import { describe, expect, it } from "vitest";
import { libraryMajor, replaces, timeInId } from "../../../app/vitals/measurement";

describe("replaces", () => {
  it.each([
    [1, 2, true],
    [2, 1, false],
    [2, 2, true],
    [0, 0, true],
    [null, 1, true],
    [5, null, true],
    [null, null, true],
  ])("replaces sequence %s by a later sequence %s: %s", (earlier, later, expected) => {
    expect(replaces({ sequence: earlier }, { sequence: later })).toBe(expected);
  });
});

describe("timeInId", () => {
  it.each([
    ["v6-1795394560724-8298155793737", 1_795_394_560_724],
    ["v4-1600000000000-1", 1_600_000_000_000],
    ["v12-1795394560724-8298155793737", 1_795_394_560_724],
    ["v6-179539456072-8298155793737", null],
    ["v6-17953945607245-8298155793737", null],
    ["v6-1795394560724", null],
    ["v6-1795394560724-", null],
    ["v6-1795394560724-82x", null],
    ["v-1795394560724-82", null],
    [" v6-1795394560724-82", null],
    ["v6-1795394560724-82\n", null],
    ["8298155793737", null],
    ["", null],
  ])("of %j is %s", (id, time) => {
    expect(timeInId(id)).toBe(time);
  });

  it("is fast for a long invalid id", () => {
    expect(timeInId(`v${"6".repeat(1_000_000)}`)).toBeNull();
  });
});

describe("libraryMajor", () => {
  it.each([
    ["web-vitals/6.2.3", "web-vitals/6"],
    ["web-vitals/6", "web-vitals/6"],
    ["web-vitals/v5.1.0-beta.1", "web-vitals/5"],
    ["web-vitals/12.0.0", "web-vitals/12"],
    ["@grafana/faro-web-sdk/2.12.1", "@grafana/faro-web-sdk/2"],
    ["faro-web/1.19.0", "faro-web/1"],
    ["own measuring", "own measuring"],
    ["web-vitals/", "web-vitals/"],
    ["web-vitals/next", "web-vitals/next"],
    ["", ""],
    [null, null],
  ])("of %j is %j", (library, major) => {
    expect(libraryMajor(library)).toBe(major);
  });
});
