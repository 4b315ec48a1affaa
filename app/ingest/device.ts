import Bowser from "bowser";
import { isbot } from "isbot";
import { LRUCache } from "lru-cache";
import type { ReadableHeaders } from "../server/incoming-request";
import type { Device } from "../vitals/devices";

export type DeviceSignals = {
  userAgent: string;
  /** `Sec-CH-UA-Mobile`; `null` without the header. */
  mobile: boolean | null;
  /** `Sec-CH-UA-Form-Factors`, unparsed, in lower case; empty without the header. */
  formFactors: string;
};

/** The device class, from a request's own headers. */
export const classifyDevice = (headers: ReadableHeaders): Device => deviceOf(signalsOf(headers));

export function signalsOf(headers: ReadableHeaders): DeviceSignals {
  const mobile = headers.get("sec-ch-ua-mobile")?.trim();
  return {
    userAgent: headers.get("user-agent") ?? "",
    mobile: mobile === "?1" ? true : mobile === "?0" ? false : null,
    formFactors: headers.get("sec-ch-ua-form-factors")?.toLowerCase() ?? "",
  };
}

/** Whether a user agent names a browser; crawlers that imitate one count, HTTP clients do not. */
export const isBrowser = (userAgent: string): boolean => /^(?:mozilla|opera)\//i.test(userAgent);

/** No browser's user agent is longer. Bounds the work of the libraries' regular expressions. */
const MAX_USER_AGENT = 1_024;

/** No browser has more form factors than a few. */
const MAX_FORM_FACTORS = 128;

/** A site's visitors have some thousands of user agents; a few hundred of them send most beacons. At most 5 MB. */
const devices = new LRUCache<string, Device>({ max: 2_000 });

/** The device class of a request's signals: see `deviceOfSignals`. Computed once for those that many visitors send. */
export function deviceOf(signals: DeviceSignals): Device {
  const userAgent = signals.userAgent.slice(0, MAX_USER_AGENT);
  const formFactors = signals.formFactors.slice(0, MAX_FORM_FACTORS);
  // No header contains a line feed.
  const key = `${signals.mobile}\n${formFactors}\n${userAgent}`;
  const known = devices.get(key);
  if (known !== undefined) return known;
  const device = deviceOfSignals({ userAgent, mobile: signals.mobile, formFactors });
  devices.set(key, device);
  return device;
}

/**
 * The device class: from client hints, else from the user agent. A bot's user agent makes it a bot, even with client hints
 * of a device. TVs, consoles, cars and headsets count as desktops: they have no class of their own, and neither a phone's
 * screen nor its network.
 */
function deviceOfSignals({ userAgent, mobile, formFactors }: DeviceSignals): Device {
  const device = parseUserAgent(userAgent);
  if (device === "bot") return "bot";
  if (formFactors.includes('"tablet"')) return "tablet";
  if (mobile === true || /"(?:mobile|watch)"/.test(formFactors)) return "mobile";
  if (/"(?:desktop|automotive|xr)"/.test(formFactors)) return "desktop";
  // Tablets send "not mobile" too, so it contradicts only the user agent of a phone.
  if (mobile === false && device === "mobile") return /android/i.test(userAgent) ? "tablet" : "desktop";
  return device;
}

/** Android TVs and sticks: Bowser classifies an Android without "Mobile" as a tablet. */
const ANDROID_TV = /\bTV\b|BRAVIA|CrKey|DeviceType\/AndroidTV|\bAFT[A-Z0-9]{1,8}\b/;

function parseUserAgent(userAgent: string): Device {
  if (userAgent === "" || isbot(userAgent)) return "bot";
  if (ANDROID_TV.test(userAgent)) return "desktop";
  const type = Bowser.getParser(userAgent, true).getPlatformType(true);
  return type === "mobile" || type === "tablet" || type === "bot" ? type : "desktop";
}
