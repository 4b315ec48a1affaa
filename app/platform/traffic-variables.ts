import { z } from "zod";
import { proxies } from "./env-values";

const MAX_RATE = 1_000_000;

const atLeastOne = (text: string): boolean =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_RATE;

/** Variables of the limits per client. app/server/traffic reads them too, before there is a build. */
export const TRAFFIC_VARIABLES = {
  RATE_LIMIT: {
    default: "100",
    description:
      "Requests a second of one client address (IPv6: of one /64), beacons and pages each, with a burst of ten seconds' worth. Beyond: 429. `off`: no limits per client at all.",
    schema: z
      .string()
      .transform((text) => text.toLowerCase())
      .refine(
        (text) => text === "off" || atLeastOne(text),
        `must be a whole number between 1 and ${MAX_RATE}, or off`,
      ),
  },
  RATE_LIMIT_EXEMPT: {
    default: null,
    description:
      "Comma-separated addresses and networks of clients without limits of their own, such as an OpenTelemetry collector. Unset: none.",
    schema: proxies,
  },
  CONNECTION_LIMIT: {
    default: "512",
    description:
      "Open connections of one address, proxies of `TRUST_PROXY` excepted. Requests over further ones get 429, and four times as many are closed.",
    schema: z
      .string()
      .refine(atLeastOne, `must be a whole number between 1 and ${MAX_RATE}`)
      .transform(Number),
  },
};
