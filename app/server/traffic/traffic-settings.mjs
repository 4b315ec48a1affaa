// @ts-check
// RATE_LIMIT, CONNECTION_LIMIT and RATE_LIMIT_EXEMPT. The environment's schema rejects invalid values with a message.
import { trustedProxies } from "../client-address.mjs";

/** Requests of one client a second, and open connections of one peer. */
export const DEFAULT_RATE = 100;
export const DEFAULT_CONNECTIONS = 512;

/**
 * @param {Readonly<Record<string, string | undefined>>} variables
 * @returns {Pick<import("./traffic-gate.mjs").TrafficLimits, "perSecond" | "connections" | "isTrustedProxy" | "isExempt">}
 */
export function limitsOf({ RATE_LIMIT, CONNECTION_LIMIT, RATE_LIMIT_EXEMPT, TRUST_PROXY }) {
  return {
    perSecond: RATE_LIMIT?.trim().toLowerCase() === "off" ? null : wholeNumber(RATE_LIMIT, DEFAULT_RATE),
    connections: wholeNumber(CONNECTION_LIMIT, DEFAULT_CONNECTIONS),
    isTrustedProxy: trustedProxies(TRUST_PROXY),
    isExempt: trustedProxies(RATE_LIMIT_EXEMPT),
  };
}

/**
 * @param {string | undefined} text
 * @param {number} fallback for an absent or invalid one
 */
function wholeNumber(text, fallback) {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
