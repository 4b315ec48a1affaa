export const PROFILE_KINDS = ["cpu", "heap"] as const;
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/** The ending of a profile's file, as Chrome DevTools and speedscope expect it. */
export const FILE_ENDINGS: Readonly<Record<ProfileKind, string>> = {
  cpu: ".cpuprofile",
  heap: ".heapprofile",
};

export const PROFILE_STATES = ["running", "complete", "interrupted", "failed"] as const;
export type ProfileState = (typeof PROFILE_STATES)[number];

/** One profile, without its samples. */
export type ProfileRecord = {
  id: string;
  kind: ProfileKind;
  /** `interrupted`: the process ended before the profile did. */
  state: ProfileState;
  /** ms since the epoch. */
  startedAt: number;
  /** The requested duration, in seconds. */
  duration: number;
  /** Sampling interval of a CPU profile in ms; `null` for a heap profile, which samples by bytes. */
  interval: number | null;
  service: string;
  /** `null` where the service names none. */
  release: string | null;
  /** Version of Node, such as `v20.20.2`. */
  node: string;
  /** Working directory of the process: its files are named from there. */
  folder: string;
  /** Size of the file; `null` while there is none. */
  bytes: number | null;
  /** How long starting and stopping the profiler blocked the event loop, in ms; `null` where it was not measured. */
  startPause: number | null;
  stopPause: number | null;
  /** Why a profile failed; `null` otherwise. */
  reason: string | null;
};

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= 2_048;
const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;
const orNull = <T>(value: unknown, is: (value: unknown) => value is T): value is T | null =>
  value === null || is(value);

/** Ids are names of files, so they have no character that means anything in a path. */
export const isProfileId = (id: unknown): id is string =>
  typeof id === "string" && /^[a-z0-9]+(?:-[a-z0-9]+){0,3}$/.test(id) && id.length <= 64;

/** The record in a value of unknown origin; `null` where it is none. */
export function parseRecord(value: unknown): ProfileRecord | null {
  if (typeof value !== "object" || value === null) return null;
  const {
    id,
    kind,
    state,
    startedAt,
    duration,
    interval,
    service,
    release,
    node,
    folder,
    bytes,
    startPause,
    stopPause,
    reason,
  } = value as Record<string, unknown>;
  const knownKind = PROFILE_KINDS.find((one) => one === kind);
  const knownState = PROFILE_STATES.find((one) => one === state);
  if (!isProfileId(id) || knownKind === undefined || knownState === undefined) return null;
  // The largest time of a JavaScript date.
  if (!isCount(startedAt) || startedAt > 8.64e15 || !isCount(duration) || duration > 3_600) return null;
  if (!orNull(interval, isCount) || !isText(service) || !orNull(release, isText) || !isText(node))
    return null;
  if (!isText(folder)) return null;
  if (!orNull(bytes, isCount) || !orNull(startPause, isCount) || !orNull(stopPause, isCount)) return null;
  if (!orNull(reason, isText)) return null;
  return {
    id,
    kind: knownKind,
    state: knownState,
    startedAt,
    duration,
    interval,
    service,
    release,
    node,
    folder,
    bytes,
    startPause,
    stopPause,
    reason,
  };
}

/** How long files stay, and how large all of them together may be. */
export const RETENTION = { days: 30, mebibytes: 256 } as const;

/** Profiles that a list has at most. */
export const LISTED = 10;

/** Whether profiles of a process can be started, and the newest of them. */
export type ProfilingState = {
  service: string;
  /** The profile that is running; `null` where none is. */
  running: ProfileRecord | null;
  /** Seconds until it ends; `null` where none is running. */
  endsIn: number | null;
  /** Seconds until the next start is allowed; 0 now. */
  nextStartIn: number;
  /** The newest first, ten at most. */
  profiles: ProfileRecord[];
};

/** The state in the JSON of another process; `null` where it is something else. */
export function parseState(value: unknown): ProfilingState | null {
  if (typeof value !== "object" || value === null) return null;
  const { service, running, endsIn, nextStartIn, profiles } = value as Record<string, unknown>;
  if (!isText(service) || !isCount(nextStartIn) || !orNull(endsIn, isCount) || !Array.isArray(profiles)) {
    return null;
  }
  const one = running === null ? null : parseRecord(running);
  const records = profiles.slice(0, LISTED).map(parseRecord);
  if (running !== null && one === null) return null;
  if (!records.every((record): record is ProfileRecord => record !== null)) return null;
  return { service, running: one, endsIn, nextStartIn, profiles: records };
}
