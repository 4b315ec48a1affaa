import type { Metric } from "../vitals/metrics";
import { type Fields, ownProperty } from "./validate";

/** Attribution fields of Faro's web SDK, with their names in web-vitals. */
const NAMES: Readonly<Record<Metric, Readonly<Record<string, string>>>> = {
  LCP: {
    element: "target",
    resource_url: "url",
    time_to_first_byte: "timeToFirstByte",
    resource_load_delay: "resourceLoadDelay",
    resource_load_duration: "resourceLoadDuration",
    element_render_delay: "elementRenderDelay",
  },
  INP: {
    interaction_target: "interactionTarget",
    interaction_type: "interactionType",
    input_delay: "inputDelay",
    processing_duration: "processingDuration",
    presentation_delay: "presentationDelay",
    longest_script_source_url: "longestScriptURL",
    longest_script_subpart: "longestScriptSubpart",
    load_state: "loadState",
  },
  CLS: {
    largest_shift_target: "largestShiftTarget",
    largest_shift_value: "largestShiftValue",
    largest_shift_time: "largestShiftTime",
    load_state: "loadState",
  },
  FCP: {
    time_to_first_byte: "timeToFirstByte",
    first_byte_to_fcp: "firstByteToFCP",
    load_state: "loadState",
  },
  TTFB: {
    waiting_duration: "waitingDuration",
    cache_duration: "cacheDuration",
    dns_duration: "dnsDuration",
    connection_duration: "connectionDuration",
    request_duration: "requestDuration",
  },
};

/**
 * Renames a Faro measurement's attribution to web-vitals' names, without checking it. Numbers are in its `values`, texts
 * in its `context`. The SDK does not send zeros and empty texts.
 */
export function faroAttribution(metric: Metric, values: Fields, context: Fields): Fields | undefined {
  const entries = Object.entries(NAMES[metric]).flatMap(([faro, name]) => {
    const value = ownProperty(values, faro) ?? ownProperty(context, faro);
    return value === undefined ? [] : [[name, value]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
