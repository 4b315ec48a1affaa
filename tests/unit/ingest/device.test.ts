import { describe, expect, it } from "vitest";
import { classifyDevice } from "../../../app/ingest/device";
import type { Device } from "../../../app/vitals/devices";

const MOZILLA = "Mozilla/5.0";
const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

const USER_AGENTS: Array<[Device, string, string]> = [
  [
    "desktop",
    "Chrome on Windows",
    `${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
  ],
  [
    "desktop",
    "Edge",
    `${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
  ],
  ["desktop", "Firefox on Linux", `${MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0`],
  [
    "desktop",
    "Safari on a Mac (and on an iPad since iPadOS 13, which says the same)",
    `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15`,
  ],
  [
    "desktop",
    "Chrome OS",
    `${MOZILLA} (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
  ],
  [
    "mobile",
    "Safari on an iPhone",
    `${MOZILLA} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1`,
  ],
  [
    "mobile",
    "Chrome on Android",
    `${MOZILLA} (Linux; Android 10; K) ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36`,
  ],
  ["mobile", "Firefox on Android", `${MOZILLA} (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0`],
  [
    "mobile",
    "Samsung Internet",
    `${MOZILLA} (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
  ],
  [
    "mobile",
    "an app's web view",
    `${MOZILLA} (Linux; Android 15; Pixel 8 Build/AP3A; wv) ${WEBKIT} Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36`,
  ],
  [
    "mobile",
    "Opera Mini",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80/191.308; U; en) Presto/2.5.25 Version/10.54 Mobile",
  ],
  [
    "tablet",
    "an old iPad",
    `${MOZILLA} (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1`,
  ],
  [
    "tablet",
    "an Android tablet",
    `${MOZILLA} (Linux; Android 14; SM-X710) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
  ],
  [
    "tablet",
    "Firefox on an Android tablet",
    `${MOZILLA} (Android 15; Tablet; rv:145.0) Gecko/145.0 Firefox/145.0`,
  ],
  [
    "tablet",
    "a Kindle Fire",
    `${MOZILLA} (Linux; Android 11; KFTRWI) ${WEBKIT} Silk/130.4.1 like Chrome/130.0.0.0 Safari/537.36`,
  ],
  ["bot", "Googlebot", `${MOZILLA} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`],
  [
    "bot",
    "Googlebot as a phone",
    `${MOZILLA} (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
  ],
  [
    "bot",
    "Bingbot",
    `${MOZILLA} ${WEBKIT} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36`,
  ],
  [
    "bot",
    "headless Chrome",
    `${MOZILLA} (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36`,
  ],
  ["bot", "GPTBot", `${MOZILLA} ${WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot`],
  ["bot", "a chat's link preview", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"],
  [
    "bot",
    "Lighthouse",
    `${MOZILLA} (Linux; Android 11; moto g power) ${WEBKIT} Chrome/136.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse`,
  ],
  ["bot", "curl", "curl/8.14.1"],
  ["bot", "Python", "python-requests/2.32.3"],
  ["bot", "nothing", ""],
];

describe("classifyDevice", () => {
  it.each(USER_AGENTS)("says %s of %s", (device, _, userAgent) => {
    expect(classifyDevice(new Headers({ "User-Agent": userAgent }))).toBe(device);
  });

  it("takes a request without a user agent for a bot's", () => {
    expect(classifyDevice(new Headers())).toBe("bot");
    expect(classifyDevice(new Headers({ "Sec-CH-UA-Mobile": "?1" }))).toBe("bot");
  });

  const linux = `${MOZILLA} (X11; Linux x86_64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`;
  it.each<[Device, Record<string, string>]>([
    ["mobile", { "Sec-CH-UA-Mobile": "?1" }],
    ["desktop", { "Sec-CH-UA-Mobile": "?0" }],
    ["tablet", { "Sec-CH-UA-Mobile": "?0", "Sec-CH-UA-Form-Factors": '"Tablet"' }],
    ["tablet", { "Sec-CH-UA-Mobile": "?1", "Sec-CH-UA-Form-Factors": '"Desktop", "Tablet"' }],
    ["desktop", { "Sec-CH-UA-Form-Factors": '"Desktop"' }],
    ["desktop", { "Sec-CH-UA-Mobile": "nonsense", "Sec-CH-UA-Form-Factors": "tablet" }],
  ])("says %s when the client hints %o", (device, hints) => {
    expect(classifyDevice(new Headers({ "User-Agent": linux, ...hints }))).toBe(device);
  });

  it("believes no hint of a bot", () => {
    const googlebot = {
      "User-Agent": "Googlebot/2.1",
      "Sec-CH-UA-Mobile": "?1",
      "Sec-CH-UA-Form-Factors": '"Tablet"',
    };
    expect(classifyDevice(new Headers(googlebot))).toBe("bot");
  });
});
