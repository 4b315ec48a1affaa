import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BeaconContext, type BeaconRules, parseAnyBeacon } from "../../../app/ingest/beacon";
import { BeaconError } from "../../../app/ingest/drop-reasons";
import type { ParsedBeacon } from "../../../app/ingest/one-value";
import { parseOwnBeacon } from "../../../app/ingest/own-beacon";
import { DELIVERY_TYPES, NAVIGATION_TYPES } from "../../../app/vitals/navigation";
import { DAY, HOUR } from "../../../app/vitals/time";
import { examples, idAt, NOW } from "../../support/measurements";
import { CONTEXT, RULES } from "./parse";

/** Beacons that the browser script sent from Chromium to a test's collector. */
const captured = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures", "own-beacons.json"), "utf8"),
) as { capturedAt: number; bodies: string[] };

const ATTRIBUTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  LCP: { target: "main>img", url: "https://shop.example/i/42/hero.avif?x=1", timeToFirstByte: 310.4 },
  INP: { interactionTarget: "#a", interactionType: "pointer", longestScriptURL: "/a/b.js", inputDelay: 3 },
  CLS: { largestShiftTarget: "p", largestShiftValue: 0.1, largestShiftTime: 12, loadState: "complete" },
  FCP: { timeToFirstByte: 1, firstByteToFCP: 2, loadState: "loading" },
  TTFB: { waitingDuration: 1, cacheDuration: 0, dnsDuration: 2, activationStart: 4 },
};

const measurementOf = (name: string, n: number): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    {
      id: fc.constantFrom(idAt(NOW, n), idAt(NOW - 8 * DAY, n)),
      name: fc.constant(name),
      value: fc.oneof(fc.double({ min: 0, max: 90, noNaN: true }), fc.constantFrom(0, -0)),
      navigationType: fc.constantFrom(...NAVIGATION_TYPES),
      sequence: fc.nat(),
      repeat: fc.constant(true),
      attribution: fc.constant(ATTRIBUTIONS[name]),
    },
    { requiredKeys: ["id", "name", "value", "navigationType", "sequence", "attribution"] },
  );

/** What the script may send. */
const ownBeacons = fc.record(
  {
    v: fc.constant(1),
    buildVersion: fc.constantFrom("2.4.1", "a".repeat(2048)),
    url: fc.constantFrom("https://shop.example/workspace/42", "https://shop.example/über/x;y=1"),
    route: fc.constantFrom("/workspace/[id]", "/"),
    environment: fc.constantFrom("production", "Staging"),
    library: fc.constant("web-vitals/6.2.3"),
    deliveryType: fc.constantFrom(...DELIVERY_TYPES),
    age: fc.constantFrom(0, 1200, 5000, 9 * DAY),
    measurements: fc
      .subarray(Object.keys(ATTRIBUTIONS), { minLength: 1 })
      .chain((names) => fc.tuple(...names.map((name, n) => measurementOf(name, n)))),
  },
  { requiredKeys: ["url", "library", "measurements"] },
) as fc.Arbitrary<Record<string, unknown>>;

/** Values that the script never sends, and some that it sends elsewhere. */
const oddValues = fc.oneof(
  fc.constantFrom<unknown>(null, "", 0, -1, 1, 1.5, true, "\ud800", "a\u0000", "x".repeat(2049), [], {}),
  fc.constantFrom<unknown>({ element: "b" }, { target: 7 }, { longestScript: {} }, "LCP", "FID", "navigate"),
  fc.jsonValue(),
);

type Change = { where: "beacon" | "measurement" | "attribution"; at: number; name: string; value: unknown };

/** Replaces or adds fields of a beacon, of its measurements and of their attributions. */
const changes = fc.array(
  fc.record<Change>({
    where: fc.constantFrom("beacon" as const, "measurement" as const, "attribution" as const),
    at: fc.nat({ max: 4 }),
    name: fc.constantFrom(
      ..."v buildVersion url route environment library deliveryType age measurements".split(" "),
      ..."id name value navigationType sequence repeat attribution navigationId navigationURL".split(" "),
      ..."target element url loadState longestScript timeToFirstByte __proto__ toString".split(" "),
    ),
    value: oddValues,
  }),
  { maxLength: 3 },
);

const contexts: fc.Arbitrary<BeaconContext> = fc.record({
  device: fc.constant("mobile" as const),
  receivedAt: fc.constant(NOW),
  buildVersionParam: fc.constantFrom(null, "", "param"),
  routeParam: fc.constantFrom(null, "", "/param"),
  referer: fc.constantFrom(null, "https://shop.example/referer"),
  sender: fc.constantFrom(null, "192.0.2.1"),
});

const rulesOf: fc.Arbitrary<BeaconRules> = fc.record({
  routeRules: fc.constantFrom([], ["/workspace/:slug"]),
  acceptEnvironments: fc.constantFrom(null, ["production"]),
  tooLateBefore: fc.constant((at: number) => at - 7 * DAY),
  limitRoute: fc.constantFrom(
    () => "(other)",
    (_: string, route: string) => route,
  ),
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Assigns as JSON does: `__proto__` becomes a field of its own. */
function assign(target: unknown, name: string, value: unknown): void {
  if (!isRecord(target)) return;
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function changed(beacon: Record<string, unknown>, list: readonly Change[]): string {
  const copy = structuredClone(beacon);
  for (const { where, at, name, value } of list) {
    const items = Array.isArray(copy.measurements) ? copy.measurements : [];
    const item: unknown = items[at % Math.max(1, items.length)];
    if (where === "beacon") assign(copy, name, value);
    else if (where === "measurement") assign(item, name, value);
    else if (isRecord(item)) assign(item.attribution, name, value);
  }
  return JSON.stringify(copy);
}

/** The general parser's result; `null` where it refuses the body. */
function generally(text: string, context: BeaconContext, rules: BeaconRules): ParsedBeacon | null {
  try {
    return parseAnyBeacon(JSON.parse(text), context, rules);
  } catch (error) {
    if (error instanceof BeaconError) return null;
    throw error;
  }
}

describe("parseOwnBeacon", () => {
  it("returns what the general parser returns, or declines", () => {
    let accepted = 0;
    fc.assert(
      fc.property(ownBeacons, changes, contexts, rulesOf, (beacon, list, context, rules) => {
        const text = changed(beacon, list);
        const own = parseOwnBeacon(JSON.parse(text), context, rules);
        if (own === null) return;
        accepted += 1;
        const general = generally(text, context, rules);
        expect(own).toStrictEqual(general);
        // The order of an attribution's fields is stored.
        expect(JSON.stringify(own)).toBe(JSON.stringify(general));
      }),
      examples(2_000),
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it("accepts what the browser script sends", () => {
    const context = { ...CONTEXT, receivedAt: captured.capturedAt };
    expect(captured.bodies.length).toBeGreaterThanOrEqual(5);
    for (const text of captured.bodies) {
      const own = parseOwnBeacon(JSON.parse(text), context, RULES);
      expect(own).not.toBeNull();
      expect(own).toStrictEqual(generally(text, context, RULES));
    }
  });

  const beacon = (fields: Record<string, unknown>, item: Record<string, unknown> = {}) => ({
    v: 1,
    url: "https://shop.example/a",
    library: "web-vitals/6.2.3",
    measurements: [
      {
        id: idAt(NOW, 1),
        name: "LCP",
        value: 1,
        navigationType: "navigate",
        sequence: 1,
        attribution: {},
        ...item,
      },
    ],
    ...fields,
  });

  it.each<[string, unknown]>([
    ["a bare metric", { id: idAt(NOW, 1), name: "LCP", value: 1 }],
    ["an array", [beacon({})]],
    ["another version", beacon({ v: 2 })],
    ["an unknown field", beacon({ more: 1 })],
    ["a measurement's own URL", beacon({}, { url: "https://shop.example/b" })],
    ["a value out of range", beacon({}, { value: -1 })],
    ["a field of an older web-vitals", beacon({}, { attribution: { element: "p" } })],
    ["a measurement that is too late", beacon({ age: 8 * DAY })],
    ["a page without a URL", beacon({ url: undefined })],
  ])("leaves %s to the general parser", (_, body) => {
    expect(parseOwnBeacon(JSON.parse(JSON.stringify(body)), CONTEXT, RULES)).toBeNull();
  });

  it("asks once for the route of a beacon's measurements", () => {
    let asked = 0;
    const rules = {
      ...RULES,
      limitRoute: () => {
        asked += 1;
        return "(other)";
      },
    };
    const parsed = parseOwnBeacon(beacon({ age: HOUR }), { ...CONTEXT, sender: "192.0.2.1" }, rules);
    expect(parsed?.measurements.map(({ route }) => route)).toEqual(["(other)"]);
    expect(asked).toBe(1);
  });
});
