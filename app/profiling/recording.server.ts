import type { Session } from "node:inspector";
import type { CpuProfile, HeapProfile } from "./profile-format";
import type { ProfileKind } from "./profile-record";

/** A profile that is being recorded. */
export type Recording = {
  /** How long starting the profiler blocked the event loop, in ms. */
  startPause: number;
  /** Ends the recording. `stopPause` is how long that blocked the event loop, in ms. */
  stop(): Promise<{ profile: CpuProfile | HeapProfile; stopPause: number }>;
};

/** V8's default: one sample in 32 KiB on average. */
export const HEAP_INTERVAL = 32_768;

/** What the inspector returns to `method`; `pause` is how long the call blocked, in ms. */
function post<T>(
  session: Session,
  clock: () => number,
  method: string,
  parameters: object = {},
): Promise<{ result: T; pause: number }> {
  return new Promise((resolve, reject) => {
    const start = clock();
    // V8 answers within the call, so its duration is the pause of the event loop.
    session.post(method, parameters, (error, result) => {
      if (error !== null) reject(error);
      else resolve({ result: result as T, pause: Math.round((clock() - start) * 10) / 10 });
    });
  });
}

/**
 * Starts to record a profile of this thread with Node's inspector (https://nodejs.org/api/inspector.html).
 * @param interval ms between two samples of a CPU profile
 * @param clock monotonic, in ms
 * @throws Error in a Node that was built without the inspector
 */
export async function startRecording(
  { kind, interval }: { kind: ProfileKind; interval: number },
  clock: () => number,
): Promise<Recording> {
  // A late import: a Node without the inspector fails here, with a message, and not at its start.
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  const call = <T>(method: string, parameters: object = {}) => post<T>(session, clock, method, parameters);
  try {
    const startPause =
      kind === "cpu" ? await startCpu(call, Math.round(interval * 1_000)) : await startHeap(call);
    const stop = async () => {
      try {
        const { result, pause } = await call<{ profile: CpuProfile | HeapProfile }>(
          kind === "cpu" ? "Profiler.stop" : "HeapProfiler.stopSampling",
        );
        return { profile: result.profile, stopPause: pause };
      } finally {
        session.disconnect();
      }
    };
    return { startPause, stop };
  } catch (error) {
    session.disconnect();
    throw error;
  }
}

type Call = <T>(method: string, parameters?: object) => Promise<{ result: T; pause: number }>;

async function startCpu(call: Call, microseconds: number): Promise<number> {
  await call("Profiler.enable");
  await call("Profiler.setSamplingInterval", { interval: microseconds });
  return (await call("Profiler.start")).pause;
}

/** Without these flags V8 removes the samples of what is collected before the end: nearly all that a server allocates. */
async function startHeap(call: Call): Promise<number> {
  const { pause } = await call("HeapProfiler.startSampling", {
    samplingInterval: HEAP_INTERVAL,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  return pause;
}
