import type { Device } from "../../vitals/devices";
import type { Metric } from "../../vitals/metrics";
import type { DeliveryType, NavigationClass, NavigationType } from "../../vitals/navigation";
import { raw, type Sql } from "../sql";

// Stored numbers: they must never change. 0 and 1 need no byte of their own in a row of SQLite
// (https://www.sqlite.org/fileformat2.html#record_format), so they belong to the most frequent ones.

/** The partial index `measurements_route_idx` has those below `ATTRIBUTED_METRIC_CODES`. */
export const METRIC_CODES: Readonly<Record<Metric, number>> = { INP: 0, LCP: 1, CLS: 2, FCP: 3, TTFB: 4 };

export const ATTRIBUTED_METRIC_CODES = 3;

export const DEVICE_CODES: Readonly<Record<Device, number>> = { mobile: 0, desktop: 1, tablet: 2, bot: 3 };

const NAVIGATION_CODES: Readonly<Record<NavigationType, number>> = {
  navigate: 0,
  reload: 1,
  "back-forward": 2,
  "back-forward-cache": 3,
  prerender: 4,
  restore: 5,
  "soft-navigation": 6,
};

/** The code of an absent navigation type. */
const NO_NAVIGATION = 15;

const DELIVERY_CODES: Readonly<Record<DeliveryType, number>> = { "navigational-prefetch": 1, cache: 2 };

/** Navigation type in the low four bits, delivery type (0 for none) above them. */
export const navigationCode = (type: NavigationType | null, delivery: DeliveryType | null): number =>
  (type === null ? NO_NAVIGATION : NAVIGATION_CODES[type]) +
  16 * (delivery === null ? 0 : DELIVERY_CODES[delivery]);

function nameOf(code: string, codes: Readonly<Record<string, number>>): Sql {
  const cases = Object.entries(codes).map(([name, number]) => `WHEN ${number} THEN '${name}'`);
  return raw(`CASE ${code} ${cases.join(" ")} END`);
}

/** SQL for the names of stored codes. */
export const METRIC_NAME = nameOf("metric", METRIC_CODES);
export const DEVICE_NAME = nameOf("device", DEVICE_CODES);
export const NAVIGATION_NAME = nameOf("navigation & 15", NAVIGATION_CODES);
export const DELIVERY_NAME = nameOf("navigation >> 4", DELIVERY_CODES);

/** The names of codes, by code. */
function namesOf<Name extends string>(codes: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map((Object.entries(codes) as Array<[Name, number]>).map(([name, code]) => [code, name]));
}

function reader<Name extends string>(subject: string, codes: Readonly<Record<Name, number>>) {
  const names = namesOf(codes);
  return (code: number): Name => {
    const name = names.get(code);
    if (name === undefined) throw new RangeError(`No ${subject} has the code ${code}.`);
    return name;
  };
}

/** The metric and the device of a stored code. @throws RangeError for a code of none */
export const metricOf = reader("metric", METRIC_CODES);
export const deviceOf = reader("device", DEVICE_CODES);

const NAVIGATION_NAMES = namesOf(NAVIGATION_CODES);
const DELIVERY_NAMES = namesOf(DELIVERY_CODES);

/** What `navigationCode` made the code of. */
export const navigationOf = (
  code: number,
): { navigationType: NavigationType | null; deliveryType: DeliveryType | null } => ({
  navigationType: NAVIGATION_NAMES.get(code & 15) ?? null,
  deliveryType: DELIVERY_NAMES.get(code >> 4) ?? null,
});

/** SQL for whether a row belongs to a class (the same as `navigationClassOf`); any does to `null`. */
export function navigationIs(navigation: NavigationClass | null): Sql {
  const { "back-forward-cache": bfcache, prerender, "soft-navigation": soft } = NAVIGATION_CODES;
  if (navigation === null) return raw("true");
  if (navigation === "load") return raw(`navigation & 15 NOT IN (${bfcache}, ${prerender}, ${soft})`);
  return raw(`navigation & 15 = ${{ bfcache, prerender, soft }[navigation]}`);
}

/** SQL for loads that waited for the server: those that were not prefetched. */
export const WAITED = raw(
  `(navigation >> 4 <> ${DELIVERY_CODES["navigational-prefetch"]} AND navigation & 15 NOT IN (${NAVIGATION_CODES["back-forward-cache"]}, ${NAVIGATION_CODES.prerender}, ${NAVIGATION_CODES["soft-navigation"]}))`,
);

/**
 * The stored form of a value: a whole number of tenths where that is exact, which takes fewer bytes than a double. A
 * value that is not exact in tenths is no whole number, so the two forms never have the same number.
 */
export function valueCode(value: number): number {
  const tenths = Math.round(value * 10);
  return tenths / 10 === value ? tenths : value;
}

/** SQL for the value of a stored one. */
export const storedValue = (column: string): Sql =>
  raw(`iif(typeof(${column}) = 'integer', ${column} / 10.0, ${column})`);
