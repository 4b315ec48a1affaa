import { toLabel } from "./text";

export type Settings = {
  /** Absolute URL that beacons are posted to. */
  endpoint: string;
  buildVersion: string | undefined;
  environment: string | undefined;
  route: string | undefined;
  sampled: boolean;
  softNavigations: boolean;
  /** Whether a document inside a frame is measured. */
  frames: boolean;
};

/** The script's element, or as much of one as the settings need. */
export type ScriptTag = { src: string; getAttribute(name: string): string | null };

/** Default endpoint, beside the script. Content blockers have no generic rule for its name. */
const ENDPOINT = "readings";

/** Matches the part of the script's URL after the base path: `vitals.js`, or `vitals/<hash>.js`. */
const BESIDE_SCRIPT = /([^/])(?:\/vitals(?!\/vitals\.js$))?\/[^/]*$/;

function resolve(href: string, base: string): string | undefined {
  try {
    const { href: absolute, protocol } = new URL(href, base);
    return /^https?:$/.test(protocol) ? absolute : undefined;
  } catch {
    return undefined;
  }
}

const besideScript = (src: string, reference: string): string | undefined => {
  if (reference) return resolve(reference, src);
  const [script = ""] = src.split(/[?#]/);
  return resolve(script.replace(BESIDE_SCRIPT, `$1/${ENDPOINT}`), script);
};

/** `sendBeacon` sends no headers, so a token is part of the URL. */
function withToken(endpoint: string, token: string): string {
  const url = new URL(endpoint);
  url.searchParams.set("token", token);
  return url.href;
}

/** The share of measured page loads, 0 to 1; 1 for an absent or invalid value. */
export function toSampleRate(value: string | null): number {
  const rate = value?.trim() ? Number(value) : 1;
  return rate >= 0 && rate <= 1 ? rate : 1;
}

/**
 * Reads the `data-*` attributes of the script's element.
 * @param base URL of the page, the base of a relative `data-endpoint`
 * @param chance a random number, 0 <= chance < 1, that decides whether this page load is sampled
 * @param reference URL of the endpoint relative to the script's, as the server writes it; empty: `readings` beside it
 * @returns `null` without an endpoint
 */
export function readSettings(tag: ScriptTag, base: string, chance: number, reference = ""): Settings | null {
  const attribute = (name: string) => tag.getAttribute(`data-${name}`);
  const ownEndpoint = attribute("endpoint")?.trim();
  const endpoint = (ownEndpoint && resolve(ownEndpoint, base)) || besideScript(tag.src, reference);
  if (endpoint === undefined) return null;
  const token = attribute("token")?.trim();
  const isSet = (name: string) => (attribute(name) ?? "false").trim() !== "false";
  return {
    endpoint: token ? withToken(endpoint, token) : endpoint,
    buildVersion: toLabel(attribute("build-version")),
    environment: toLabel(attribute("environment")),
    route: toLabel(attribute("route")),
    sampled: chance < toSampleRate(attribute("sample-rate")),
    softNavigations: isSet("soft-navigations"),
    frames: isSet("frames"),
  };
}
