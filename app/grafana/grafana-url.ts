import type { GrafanaConfig } from "./grafana-config";
import type { GrafanaRange } from "./grafana-view";

export type UrlParameter = readonly [name: string, value: string];

/** What `encodeURIComponent` leaves as it is, and where a link ends in Markdown or in programs that look for links in text. */
const MARKUP = /[!'()*~]/g;

const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Percent-encoded, also `+`, which Grafana reads as a space. `encodeURIComponent` throws for a lone surrogate. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed()).replace(MARKUP, hex);

/** @param path encoded, with a leading slash */
export function grafanaUrl(
  { baseUrl, orgId }: GrafanaConfig,
  path: string,
  parameters: readonly UrlParameter[],
): string {
  const all = orgId === null ? parameters : [...parameters, ["orgId", orgId] as const];
  return `${baseUrl}${path}?${all.map(([name, value]) => `${name}=${encoded(value)}`).join("&")}`;
}

/** The time range of all pages but Explore. */
export const rangeParameters = ({ from, to }: GrafanaRange): UrlParameter[] => [
  ["from", from],
  ["to", to],
];

export const pathSegment = encoded;
