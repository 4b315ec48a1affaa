import { expect, it } from "vitest";
import { DEVICES, isDevice } from "../../../app/vitals/devices";
import {
  isNavigationType,
  isOfClass,
  NAVIGATION_TYPES,
  navigationClassOf,
  storedNavigationOf,
} from "../../../app/vitals/navigation";

it.each([
  ["navigate", "load"],
  ["reload", "load"],
  ["back-forward", "load"],
  ["prerender", "prerender"],
  ["restore", "load"],
  ["back-forward-cache", "bfcache"],
  ["soft-navigation", "soft"],
  [null, "load"],
  ["", "load"],
  ["something of tomorrow", "load"],
])("counts %s as %s", (type, expected) => {
  expect(navigationClassOf(type)).toBe(expected);
});

it("isNavigationType and isDevice accept the listed values only", () => {
  expect(NAVIGATION_TYPES.every(isNavigationType)).toBe(true);
  expect(DEVICES.every(isDevice)).toBe(true);
  for (const other of ["back_forward", "", "constructor", null, undefined, 0]) {
    expect(isNavigationType(other)).toBe(false);
    expect(isDevice(other)).toBe(false);
  }
});

it.each([
  ["navigate", "navigational-prefetch", "prefetch"],
  ["reload", "navigational-prefetch", "prefetch"],
  [null, "navigational-prefetch", "prefetch"],
  ["navigate", "cache", "load"],
  ["navigate", null, "load"],
  // A prerendered page has waited for its activation, however its document came.
  ["prerender", "navigational-prefetch", "prerender"],
  ["back-forward-cache", "navigational-prefetch", "bfcache"],
] as const)("stores %s, delivered by %s, as %s", (type, delivery, expected) => {
  expect(storedNavigationOf(type, delivery)).toBe(expected);
});

it("counts prefetched loads among the loads", () => {
  expect(isOfClass("prefetch", "load")).toBe(true);
  expect(isOfClass("prefetch", "prerender")).toBe(false);
  expect(isOfClass("prefetch", null)).toBe(true);
  expect(isOfClass("load", "load")).toBe(true);
});
