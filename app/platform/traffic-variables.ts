import { z } from "zod";
import { proxies } from "./env-values";

const MAX_RATE = 1_000_000;

const MAX_SENDERS = 100;

const atLeastOne = (text: string): boolean =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_RATE;

/** Variables of what one client may do. app/server/traffic reads some of them too, before there is a build. */
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
  ESTABLISHING_SENDERS: {
    default: "3",
    description:
      "Client addresses that must name a new build or route before it is established. `1` for a site whose visitors share one address.",
    schema: z
      .string()
      .refine(
        (text) => atLeastOne(text) && Number(text) <= MAX_SENDERS,
        `must be a whole number between 1 and ${MAX_SENDERS}`,
      )
      .transform(Number),
  },
  CONNECTION_LIMIT: {
    default: "512",
    description:
      "Open connections of one address, proxies of `TRUST_PROXY` excepted. Requests over further ones get 429 until an earlier one closes, and more than four times as many are closed.",
    schema: z
      .string()
      .refine(atLeastOne, `must be a whole number between 1 and ${MAX_RATE}`)
      .transform(Number),
  },
};
