import { describe, expect, it } from "vitest";
import { classifyDevice } from "../../../app/ingest/device";
import type { Device } from "../../../app/vitals/devices";
import { fastestOf } from "../../support/timing";
import { USER_AGENTS } from "./user-agents";

const MOZILLA = "Mozilla/5.0";
const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

/** Known errors: user agents with too little information, or unknown to Bowser. */
const WRONG: Readonly<Record<string, Device>> = {
  "a Kindle Fire, without Android": "desktop",
  "a Huawei tablet on HarmonyOS NEXT": "mobile",
};

describe("classifyDevice", () => {
  it.each(USER_AGENTS)("classifies as %s: %s", (device, name, userAgent) => {
    expect(classifyDevice(new Headers({ "User-Agent": userAgent }))).toBe(WRONG[name] ?? device);
  });

  it("misclassifies only the documented number of user agents", () => {
    const names = USER_AGENTS.map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(WRONG)));
  });

  it("returns bot without a user agent", () => {
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
    ["mobile", { "Sec-CH-UA-Form-Factors": '"Mobile"' }],
    ["desktop", { "Sec-CH-UA-Mobile": "?0", "Sec-CH-UA-Form-Factors": '"XR"' }],
    ["desktop", { "Sec-CH-UA-Mobile": " ?0 " }],
    ["desktop", { "Sec-CH-UA-Mobile": "nonsense", "Sec-CH-UA-Form-Factors": "tablet" }],
  ])("returns %s for the client hints %o", (device, hints) => {
    expect(classifyDevice(new Headers({ "User-Agent": linux, ...hints }))).toBe(device);
  });

  it("ignores client hints of a bot", () => {
    const googlebot = {
      "User-Agent": "Googlebot/2.1",
      "Sec-CH-UA-Mobile": "?1",
      "Sec-CH-UA-Form-Factors": '"Tablet"',
    };
    expect(classifyDevice(new Headers(googlebot))).toBe("bot");
  });

  const instagram = USER_AGENTS.find(([, name]) => name === "Instagram on Android")?.[2] ?? "";
  const galaxyTab = USER_AGENTS.find(([, name]) => name === "a Galaxy Tab")?.[2] ?? "";
  it.each<[Device, string, string, Record<string, string>]>([
    ["mobile", "an in-app browser with ?1", instagram, { "Sec-CH-UA-Mobile": "?1" }],
    ["tablet", "an Android phone's user agent with ?0", instagram, { "Sec-CH-UA-Mobile": "?0" }],
    ["tablet", "a tablet with ?0", galaxyTab, { "Sec-CH-UA-Mobile": "?0" }],
    ["mobile", "a tablet's user agent with ?1", galaxyTab, { "Sec-CH-UA-Mobile": "?1" }],
    ["desktop", "a desktop's form factor", galaxyTab, { "Sec-CH-UA-Form-Factors": '"Desktop"' }],
  ])("returns %s for %s", (device, _, userAgent, hints) => {
    expect(classifyDevice(new Headers({ "User-Agent": userAgent, ...hints }))).toBe(device);
  });

  it.each([
    ["16 kB of brackets", `Mozilla/5.0 ${"(".repeat(16_000)}`],
    ["16 kB of Android", `Mozilla/5.0 (Linux; ${"Android ".repeat(2_000)})`],
    ["16 kB of spaces", `Mozilla/5.0${" ".repeat(16_000)}x`],
  ])("classifies %s within half a second", async (_, userAgent) => {
    const headers = new Headers({ "User-Agent": userAgent });
    expect(await fastestOf(500, () => void classifyDevice(headers))).toBeLessThan(500);
  });
});
