import type { GrafanaConfig } from "../../grafana/grafana-config";
import type { GrafanaView } from "../../grafana/grafana-view";
import { lengthText } from "../../grafana/length-text";
import { isCutByTempo, MAX_ATTRIBUTE_BYTES, searchesNotations } from "../../grafana/route-condition";
import {
  beginsAfterCutoff,
  exploredRange,
  metricsRange,
  type SearchedRange,
  searchRange,
} from "../../grafana/searched-range";
import type { Tempo } from "../../grafana/tempo";
import { formatAge, formatCount } from "../format/format";

/** What a search has of the view: `last 7 days`; `null` for all of it. */
export function searchedPart({ tempo }: GrafanaConfig, view: GrafanaView): string | null {
  const { cutTo } = searchRange(view, tempo);
  return cutTo === null ? null : `last ${lengthText(cutTo)}`;
}

/** What the traces of a dashboard, which opens with the whole view, need; empty, or with a semicolon in front. */
export function dashboardNote({ tempo }: GrafanaConfig, view: GrafanaView): string {
  const { cutTo } = searchRange(view, tempo);
  return cutTo === null ? "" : `; its traces need a range of at most ${lengthText(cutTo)}`;
}

/** What a search for traces lacks of the view, in sentences. */
export function searchNotes(config: GrafanaConfig, view: GrafanaView): string[] {
  const { tempo } = config;
  const part = searchedPart(config, view);
  return [
    ...(part === null ? [] : [`Traces: the ${part} of these times. Tempo searches no longer range at once.`]),
    ...(beginsAfterCutoff(view, tempo)
      ? [`Traces: none yet. Tempo searches up to ${formatAge(tempo.endCutoff)} ago.`]
      : []),
  ];
}

/** What a search for a route lacks, in sentences. */
export const routeNotes = (config: GrafanaConfig, { route }: GrafanaView): string[] =>
  route !== null && searchesNotations(config) && isCutByTempo(route.text)
    ? [
        `Tempo cuts a route at ${formatCount(MAX_ATTRIBUTE_BYTES)} bytes: traces of routes that begin alike are among these.`,
      ]
    : [];

/** What a link to Tempo's metrics needs and lacks; empty, or with a semicolon in front. */
export const metricsNote = ({ tempo }: GrafanaConfig, view: GrafanaView): string =>
  metricsNoteOf(tempo, metricsRange(view, tempo));

/** The same for Traces Drilldown, which searches as well. */
export const drilldownNote = ({ tempo }: GrafanaConfig, view: GrafanaView): string =>
  metricsNoteOf(tempo, exploredRange(view, tempo));

function metricsNoteOf({ needsLocalBlocks }: Tempo, { cutTo }: SearchedRange): string {
  return [
    ...(cutTo === null ? [] : [`the last ${lengthText(cutTo)}`]),
    ...(needsLocalBlocks ? ["needs local-blocks in Tempo"] : []),
  ]
    .map((note) => `; ${note}`)
    .join("");
}
