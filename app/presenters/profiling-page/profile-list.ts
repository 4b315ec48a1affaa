import type { ProfileRecord } from "../../profiling/profile-record";
import type { ProfilingQuery } from "../../query/profiling-query";
import { formatAge, formatInstant, isoInstant, NARROW_SPACE } from "../format/format";
import type { InstantModel } from "../page/page-header";
import { bytesText, timeText } from "./amounts";
import { downloadHref, profileHref } from "./links";

export const KIND_NAMES: Readonly<Record<ProfileRecord["kind"], string>> = { cpu: "CPU", heap: "Heap" };

export type ProfileRowModel = {
  id: string;
  started: InstantModel;
  kind: string;
  state: string;
  /** Why there is no file; `null` where there is one. */
  reason: string | null;
  duration: string;
  /** Time or bytes between two samples. */
  interval: string;
  release: string | null;
  node: string;
  size: string | null;
  /** How long the profiler stopped the event loop; `null` where it was not measured. */
  pause: string | null;
  current: boolean;
  /** `null` where there is no file. */
  openHref: string | null;
  downloadHref: string | null;
  /** Compares the open profile with this one; `null` where that makes no sense. */
  compareHref: string | null;
};

const seconds = (value: number): string => `${value}${NARROW_SPACE}s`;

/** Sentences on profiles without a file. */
export function reasonOf({ state, reason, duration }: ProfileRecord): string | null {
  if (state === "interrupted") {
    return `The process ended before the ${duration}${NARROW_SPACE}s were over, so there is no file.`;
  }
  return state === "failed" ? (reason ?? "It failed for an unknown reason.") : null;
}

export const startedOf = ({ startedAt }: ProfileRecord, now: number): InstantModel => ({
  text: `${formatAge(Math.max(0, now - startedAt))} ago`,
  exact: formatInstant(startedAt, "UTC", now),
  iso: isoInstant(startedAt),
});

/** @param open the profile that the page shows */
export function profileRow(
  record: ProfileRecord,
  query: ProfilingQuery,
  open: ProfileRecord | null,
  now: number,
): ProfileRowModel {
  const { id, kind, state, duration, interval, release, node, bytes, startPause, stopPause } = record;
  const isComplete = state === "complete";
  const isComparable = isComplete && open !== null && open.id !== id && open.kind === kind;
  return {
    id,
    started: startedOf(record, now),
    kind: KIND_NAMES[kind],
    state,
    reason: reasonOf(record),
    duration: seconds(duration),
    interval: interval === null ? `32${NARROW_SPACE}KiB` : `${interval}${NARROW_SPACE}ms`,
    release,
    node,
    size: bytes === null ? null : bytesText(bytes),
    pause: startPause === null ? null : timeText((startPause + (stopPause ?? 0)) * 1_000),
    current: id === query.id,
    openHref: isComplete ? profileHref(query, id) : null,
    downloadHref: isComplete ? downloadHref(query, id) : null,
    compareHref: isComparable ? profileHref(query, open.id, id) : null,
  };
}
