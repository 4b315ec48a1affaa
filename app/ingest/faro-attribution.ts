import type { Metric } from "../vitals/metrics";
import { type Fields, ownProperty } from "./validate";

/** Where Faro's web SDK puts what web-vitals says of a value, and what web-vitals calls it. */
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
 * A Faro measurement's attribution under web-vitals' own names, unchecked. Numbers are among its `values`, texts in its
 * `context`; what is zero or empty is not sent.
 */
export function faroAttribution(metric: Metric, values: Fields, context: Fields): Fields | undefined {
  const found = Object.entries(NAMES[metric]).flatMap(([faro, name]) => {
    const value = ownProperty(values, faro) ?? ownProperty(context, faro);
    return value === undefined ? [] : [[name, value]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
