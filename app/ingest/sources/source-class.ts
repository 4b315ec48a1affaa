import Bowser from "bowser";
import { LRUCache } from "lru-cache";
import type { Device } from "../../vitals/devices";
import type { SourceClass } from "../../vitals/sources";
import { isBrowser } from "../device";

/** No browser's user agent is longer. Bounds the work of Bowser's regular expressions. */
const MAX_USER_AGENT = 1_024;

/** Longest name of a browser, and longest origin, that a page displays. */
const MAX_BROWSER = 40;
const MAX_ORIGIN = 100;

/** A site's visitors have some thousands of user agents; a few hundred of them send most beacons. */
const classes = new LRUCache<string, SourceClass>({ max: 2_000 });

/** The class of a sender by what its request and its measurement claim. Equal arguments have the same object, while cached. */
export function sourceClass(userAgent: string, device: Device, origin: string | null): SourceClass {
  const key = `${device} ${(origin ?? "").slice(0, MAX_ORIGIN + 1)} ${userAgent.slice(0, MAX_USER_AGENT)}`;
  const cached = classes.get(key);
  if (cached !== undefined) return cached;
  const one = { browser: browserOf(userAgent.slice(0, MAX_USER_AGENT)), device, origin: originOf(origin) };
  classes.set(key, one);
  return one;
}

function browserOf(userAgent: string): string | null {
  if (!isBrowser(userAgent)) return null;
  const name = (Bowser.getParser(userAgent, true).getBrowserName() ?? "").replace(/[^\p{L}\p{N} ._-]/gu, "");
  return name.slice(0, MAX_BROWSER).trim() || null;
}

/** An origin that a page can name: of http or https, and short. */
function originOf(origin: string | null): string | null {
  if (origin === null || origin.length > MAX_ORIGIN || !/^https?:\/\//i.test(origin)) return null;
  return URL.canParse(origin) ? new URL(origin).origin : null;
}
