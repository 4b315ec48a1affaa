import type { GrafanaConfig } from "./grafana-config";

/** An annotation of the organisation, as Grafana takes it; `time` in ms since the epoch. */
export type Annotation = { time: number; tags: string[]; text: string };

/** Grafana's own databases have room for so much of a tag's value. */
const MAX_TAG_VALUE_LENGTH = 90;

const tag = (name: string, value: string): string =>
  `${name}:${value.length <= MAX_TAG_VALUE_LENGTH ? value : `${value.slice(0, MAX_TAG_VALUE_LENGTH - 1).toWellFormed()}…`}`;

/** What marks a release on dashboards that show annotations tagged `release`. */
export function releaseAnnotation(
  { serviceName }: GrafanaConfig,
  { buildVersion, at, link }: { buildVersion: string; at: number; link: string | null },
): Annotation {
  const title = serviceName === null ? `Release ${buildVersion}` : `${serviceName} ${buildVersion}`;
  return {
    time: at,
    tags: [
      "release",
      ...(serviceName === null ? [] : [tag("service", serviceName)]),
      tag("version", buildVersion),
    ],
    text: link === null ? title : `${title}\n${link}`,
  };
}
