import type { GrafanaConfig } from "./grafana-config";

/** An organisation annotation in Grafana's HTTP API; `time` in ms since the epoch. */
export type Annotation = { time: number; tags: string[]; text: string };

/** With its name, a tag must fit into Grafana's column of 100 characters. */
const MAX_TAG_VALUE_LENGTH = 90;

const tag = (name: string, value: string): string =>
  `${name}:${value.length <= MAX_TAG_VALUE_LENGTH ? value : `${value.slice(0, MAX_TAG_VALUE_LENGTH - 1).toWellFormed()}…`}`;

/** The annotation of a release, for dashboards that query the tag `release`; `at` in ms since the epoch. */
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
