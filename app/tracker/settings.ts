import { toLabel } from "./text";

/** What a site says on the script's own element. */
export type Settings = {
  /** Absolute URL that beacons are posted to. */
  endpoint: string;
  buildVersion: string | undefined;
  environment: string | undefined;
  /** The route of the page that was loaded, where the element names it. */
  route: string | undefined;
  /** Whether this page load is one of those that are measured. */
  sampled: boolean;
  softNavigations: boolean;
  /** Whether a document inside a frame is measured. */
  frames: boolean;
};

/** The script's element, or as much of one as the settings need. */
export type ScriptTag = { src: string; getAttribute(name: string): string | null };

/** Beside the script, under a name that no list of blockers has a general rule for. */
const ENDPOINT = "readings";

/** What follows the folder of the cockpit's addresses, which is that of `vitals.js` and of `vitals/<hash>.js`. */
const BESIDE_SCRIPT = /([^/])(?:\/vitals(?!\/vitals\.js$))?\/[^/]*$/;

function resolve(href: string, base: string): string | undefined {
  try {
    const { href: absolute, protocol } = new URL(href, base);
    return /^https?:$/.test(protocol) ? absolute : undefined;
  } catch {
    return undefined;
  }
}

const besideScript = (src: string): string | undefined => {
  const [script = ""] = src.split(/[?#]/);
  return resolve(script.replace(BESIDE_SCRIPT, `$1/${ENDPOINT}`), script);
};

/** A share of page loads, 0 to 1. What is no such number measures every page, as if it had not been set. */
export function toSampleRate(value: string | null): number {
  const rate = value?.trim() ? Number(value) : 1;
  return rate >= 0 && rate <= 1 ? rate : 1;
}

/**
 * Reads the `data-*` attributes of the script's element.
 * @param base what a relative `data-endpoint` is relative to: the page's URL
 * @param chance a number from 0 up to, not including, 1; decides about this page load
 * @returns `null` when there is nowhere to send to
 */
export function readSettings(tag: ScriptTag, base: string, chance: number): Settings | null {
  const attribute = (name: string) => tag.getAttribute(`data-${name}`);
  const ownEndpoint = attribute("endpoint")?.trim();
  const endpoint = (ownEndpoint && resolve(ownEndpoint, base)) || besideScript(tag.src);
  if (endpoint === undefined) return null;
  const isSet = (name: string) => (attribute(name) ?? "false").trim() !== "false";
  return {
    endpoint,
    buildVersion: toLabel(attribute("build-version")),
    environment: toLabel(attribute("environment")),
    route: toLabel(attribute("route")),
    sampled: chance < toSampleRate(attribute("sample-rate")),
    softNavigations: isSet("soft-navigations"),
    frames: isSet("frames"),
  };
}
