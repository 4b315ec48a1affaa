import { expect, it } from "vitest";
import { DEVICES, isDevice } from "../../../app/vitals/devices";
import { isNavigationType, NAVIGATION_TYPES, navigationClassOf } from "../../../app/vitals/navigation";

it.each([
  ["navigate", "load"],
  ["reload", "load"],
  ["back-forward", "load"],
  ["prerender", "load"],
  ["restore", "load"],
  ["back-forward-cache", "bfcache"],
  ["soft-navigation", "soft"],
  [null, "load"],
  ["", "load"],
  ["something of tomorrow", "load"],
])("counts %s as %s", (type, expected) => {
  expect(navigationClassOf(type)).toBe(expected);
});

it("knows the types and devices, and nothing else", () => {
  expect(NAVIGATION_TYPES.every(isNavigationType)).toBe(true);
  expect(DEVICES.every(isDevice)).toBe(true);
  for (const other of ["back_forward", "", "constructor", null, undefined, 0]) {
    expect(isNavigationType(other)).toBe(false);
    expect(isDevice(other)).toBe(false);
  }
});
