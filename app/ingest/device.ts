import { isbot } from "isbot";
import type { Device } from "../vitals/devices";

/**
 * The device class that a request's own headers tell: client hints where the browser sends them, else its
 * user agent. Bots are recognised by a kept-up list and stay apart, whatever device they claim to be.
 */
export function classifyDevice(headers: Headers): Device {
  const userAgent = headers.get("user-agent") ?? "";
  if (userAgent === "" || isbot(userAgent)) return "bot";
  const formFactors = headers.get("sec-ch-ua-form-factors")?.toLowerCase() ?? "";
  if (formFactors.includes('"tablet"')) return "tablet";
  // Android tablets and Amazon's leave "Mobile" out of their user agent; iPads before iPadOS 13 name themselves.
  if (/ipad|tablet|playbook|silk(?!.*mobile)|kindle|android(?!.*mobile)/i.test(userAgent)) return "tablet";
  if (headers.get("sec-ch-ua-mobile") === "?1" || /mobi|iphone|ipod/i.test(userAgent)) return "mobile";
  return "desktop";
}
