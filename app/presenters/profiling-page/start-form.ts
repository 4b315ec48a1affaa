import { LISTED, type ProfilingState, RETENTION } from "../../profiling/profile-record";
import { DURATION, INTERVAL } from "../../profiling/start-request";
import { NARROW_SPACE } from "../format/format";
import { KIND_NAMES } from "./profile-list";

/** Seconds between two reloads of a page that waits, where no script counts down. */
const REFRESH = 5;

/** Seconds that storing a profile may last after its end. */
const STORING = 1;

export type StartFormModel = {
  /** What is running or why nothing can start; `null` where a profile can start. */
  status: string | null;
  /** Counts down to a reload; `null` where nothing is awaited. */
  countdown: { seconds: number; text: string; refresh: number } | null;
  /** `null` where no profile can start. */
  form: {
    target: string;
    kinds: Array<{ value: string; text: string }>;
    duration: { min: number; max: number; value: number };
    intervals: Array<{ value: string; text: string }>;
    interval: string;
  } | null;
};

const INTERVALS = [INTERVAL.min, INTERVAL.default, 2, 5, INTERVAL.max];

const durationText = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  const rest = `${seconds % 60}${NARROW_SPACE}s`;
  return minutes === 0 ? rest : `${minutes}${NARROW_SPACE}min ${rest}`;
};

/** The form that starts a profile, or what it waits for. */
export function startForm(state: ProfilingState, target: string): StartFormModel {
  const { running, endsIn, nextStartIn } = state;
  if (running !== null) {
    const left = endsIn ?? 0;
    const name = `${KIND_NAMES[running.kind]} profile of ${running.duration}${NARROW_SPACE}s`;
    return {
      status: left === 0 ? `The ${name} is being stored.` : `A ${name} is running.`,
      countdown: {
        seconds: left + STORING,
        text: left === 0 ? "Any moment now." : `It ends in ${durationText(left)}.`,
        refresh: Math.min(REFRESH, left + STORING),
      },
      form: null,
    };
  }
  if (nextStartIn > 0) {
    return {
      status: `One profile may start in five minutes; the next in ${durationText(nextStartIn)}.`,
      countdown: null,
      form: null,
    };
  }
  return {
    status: null,
    countdown: null,
    form: {
      target,
      kinds: [
        { value: "cpu", text: "CPU time" },
        { value: "heap", text: "Heap allocations" },
      ],
      duration: { min: DURATION.min, max: DURATION.max, value: DURATION.default },
      intervals: INTERVALS.map((ms) => ({ value: String(ms), text: `${ms}${NARROW_SPACE}ms` })),
      interval: String(INTERVAL.default),
    },
  };
}

export const LIST_NOTE = `The last ${LISTED} profiles. Files stay for ${RETENTION.days} days, while all of them have less than ${RETENTION.mebibytes}${NARROW_SPACE}MiB.`;

/** What a profile costs; measured, see docs/profiling.md. */
export const COST_NOTES: readonly string[] = [
  "The profiler stops the event loop, and every request waits then: 150 to 530 ms at the start of a CPU profile of a loaded server, 100 to 800 ms at its end, 630 ms at the end of a heap profile. The list has what each profile cost.",
  "While it samples at 1 ms, requests need 6 to 15 % more CPU; at 10 ms the difference is within noise. The main thread is sampled, worker threads are not.",
];
