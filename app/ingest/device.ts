import Bowser from "bowser";
import { isbot } from "isbot";
import { LRUCache } from "lru-cache";
import type { Device } from "../vitals/devices";

/** What a browser says of its device: its user agent, and the client hints that it sent. */
export type DeviceSignals = {
  userAgent: string;
  /** `Sec-CH-UA-Mobile`; `null` where it was not sent. */
  mobile: boolean | null;
  /** `Sec-CH-UA-Form-Factors` as it stands, in lower case; empty where it was not sent. */
  formFactors: string;
};

/** The device class by a request's own headers. */
export const classifyDevice = (headers: Headers): Device => deviceOf(signalsOf(headers));

export function signalsOf(headers: Headers): DeviceSignals {
  const mobile = headers.get("sec-ch-ua-mobile")?.trim();
  return {
    userAgent: headers.get("user-agent") ?? "",
    mobile: mobile === "?1" ? true : mobile === "?0" ? false : null,
    formFactors: headers.get("sec-ch-ua-form-factors")?.toLowerCase() ?? "",
  };
}

/** Whether a user agent is a browser's, or that of a crawler that calls itself one, rather than a program's. */
export const isBrowser = (userAgent: string): boolean => /^(?:mozilla|opera)\//i.test(userAgent);

/**
 * The device class: client hints where they are sent, else the user agent. Bots are known by their user agent and stay a
 * class of their own, whatever device they name. TVs, consoles, cars and headsets count as desktops: there is no class
 * for them, and they have neither a phone's screen nor its network.
 */
export function deviceOf({ userAgent, mobile, formFactors }: DeviceSignals): Device {
  const device = deviceOfUserAgent(userAgent);
  if (device === "bot") return "bot";
  if (formFactors.includes('"tablet"')) return "tablet";
  if (mobile === true || /"(?:mobile|watch)"/.test(formFactors)) return "mobile";
  if (/"(?:desktop|automotive|xr)"/.test(formFactors)) return "desktop";
  // "Not mobile" is what tablets send too; only the user agent of a phone is refuted by it.
  if (mobile === false && device === "mobile") return /android/i.test(userAgent) ? "tablet" : "desktop";
  return device;
}

/** No browser's user agent is longer; the expressions of libraries get no more to read. */
const MAX_USER_AGENT = 1_024;

/** A site's visitors have some thousands of user agents, and most beacons a few hundred of them. */
const devices = new LRUCache<string, Device>({ max: 2_000 });

function deviceOfUserAgent(whole: string): Device {
  const userAgent = whole.slice(0, MAX_USER_AGENT);
  const known = devices.get(userAgent);
  if (known !== undefined) return known;
  const device = parseUserAgent(userAgent);
  devices.set(userAgent, device);
  return device;
}

/** Android's TVs and sticks: to Bowser an Android without "Mobile" is a tablet. */
const ANDROID_TV = /\bTV\b|BRAVIA|CrKey|DeviceType\/AndroidTV|\bAFT[A-Z0-9]{1,8}\b/;

function parseUserAgent(userAgent: string): Device {
  if (userAgent === "" || isbot(userAgent)) return "bot";
  if (ANDROID_TV.test(userAgent)) return "desktop";
  const type = Bowser.getParser(userAgent, true).getPlatformType(true);
  return type === "mobile" || type === "tablet" || type === "bot" ? type : "desktop";
}
