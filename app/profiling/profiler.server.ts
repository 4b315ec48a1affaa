import { hostname } from "node:os";
import { type FrameMapper, mapFrames } from "./profile-format";
import { LISTED, type ProfileRecord, type ProfilingState } from "./profile-record";
import {
  BEING_STARTED,
  fileProblem,
  MAX_PROFILE_BYTES,
  ProfileStore,
  type StoreLimits,
} from "./profile-store.server";
import { type Recording, startRecording } from "./recording.server";
import { ProfilingError, type StartOptions } from "./start-request";

/** Time between two starts at least, in ms. */
export const START_INTERVAL = 5 * 60_000;

/** Tolerance of clocks, in ms: for the end of another process's profile, and for one that started in the future. */
const GRACE = 60_000;

export type ProfilerOptions = {
  /** Where profiles are stored; it is created. */
  folder: string;
  /** Name of this process, such as `worker`. */
  service: string;
  /** What runs, such as `2.4.1`; `null` where that is unknown. */
  release: string | null;
  limits?: StoreLimits;
  /** Finds the sources of compiled frames. By default frames stay as V8 names them. */
  mapFrame?: FrameMapper;
  /** ms since the epoch. */
  clock: () => number;
  /** ms that only grow. */
  monotonic: () => number;
  /** Called with the reason when a profile that was started could not be stored. */
  onFailure?: (reason: string) => void;
};

type Running = { record: ProfileRecord; recording: Recording };

const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1_000));

const KIND_NAMES = { cpu: "CPU", heap: "heap" } as const;

/** What a profile is called in a message: `The CPU profile 20261128t102030-cpu-1f2e3d4c`. */
const nameOf = ({ kind, id }: ProfileRecord): string => `The ${KIND_NAMES[kind]} profile ${id}`;

/** Records profiles of this process, one at a time, and one in five minutes at most. */
export class Profiler {
  readonly store: ProfileStore;
  /** Names this process in the records; another process of this machine may have the same id later. */
  readonly #process: string;
  #running: Running | null = null;
  /** Whether a start is under way in this process; the lock of the folder is for others. */
  #isBusy = false;
  /** The profile that is about to run: its record is stored first. */
  #starting: string | null = null;
  /** The last profile that failed: on a full disk its record can't be written either. */
  #failed: ProfileRecord | null = null;

  constructor(private readonly options: ProfilerOptions) {
    this.store = new ProfileStore(options.folder, options.limits);
    this.#process = `${hostname()} ${process.pid} ${Math.round(options.clock() - process.uptime() * 1_000)}`;
  }

  /** Whether a profile runs, when the next may start, and the newest profiles. */
  async state(): Promise<ProfilingState> {
    const now = this.options.clock();
    const records = await this.#records();
    const running = records.find(({ state }) => state === "running") ?? null;
    const newest = records[0] ?? null;
    return {
      service: this.options.service,
      running,
      endsIn: running === null ? null : seconds(running.startedAt + running.duration * 1_000 - now),
      nextStartIn: newest === null ? 0 : seconds(this.#wait(newest, now)),
      profiles: records.slice(0, LISTED),
    };
  }

  /**
   * Starts a profile, which ends by itself.
   * @throws ProfilingError 409 while one is running, 429 within five minutes of the last start, 507 where it could not be
   *   stored, 500 where Node has no inspector
   */
  async start(options: StartOptions): Promise<ProfileRecord> {
    const { folder, clock, monotonic, service, release } = this.options;
    const now = clock();
    if (this.#isBusy) throw new ProfilingError(409, BEING_STARTED, 1);
    this.#isBusy = true;
    try {
      return await this.store.locked(now, async () => {
        await this.store.prune(now);
        this.#admit(await this.#records(), now);
        const record: ProfileRecord = {
          id: this.store.newId(now, options.kind),
          kind: options.kind,
          state: "running",
          startedAt: now,
          duration: options.duration,
          interval: options.kind === "cpu" ? options.interval : null,
          service,
          release,
          node: process.version,
          folder: process.cwd(),
          bytes: null,
          startPause: null,
          stopPause: null,
          reason: null,
        };
        this.#starting = record.id;
        try {
          // Before the profile: it counts as a start even if this process ends now.
          await this.#write(record);
          return await this.#record(record, options, monotonic);
        } finally {
          this.#starting = null;
        }
      });
    } catch (error) {
      if (error instanceof ProfilingError) throw error;
      throw new ProfilingError(507, `The profile can't be stored: ${fileProblem(error, folder)}.`);
    } finally {
      this.#isBusy = false;
    }
  }

  /** The file of a profile. @throws ProfilingError 404 where there is none */
  read(id: string): Promise<{ record: ProfileRecord; content: Buffer }> {
    return this.store.read(id);
  }

  #admit(records: readonly ProfileRecord[], now: number): void {
    const running = records.find(({ state }) => state === "running");
    if (running !== undefined) {
      const left = seconds(running.startedAt + running.duration * 1_000 - now);
      throw new ProfilingError(
        409,
        `${nameOf(running)} is running; it ends in ${left} s.`,
        Math.max(1, left),
      );
    }
    const [newest] = records;
    const wait = newest === undefined ? 0 : seconds(this.#wait(newest, now));
    if (wait > 0) {
      throw new ProfilingError(429, `One profile may start in five minutes; the next in ${wait} s.`, wait);
    }
  }

  /** ms until the next start is allowed; none after a start in the future, since the clock was set back. */
  #wait({ startedAt }: ProfileRecord, now: number): number {
    return startedAt > now + GRACE ? 0 : Math.min(START_INTERVAL, startedAt + START_INTERVAL - now);
  }

  /** The stored records, the newest first; those whose process has ended are interrupted. */
  async #records(): Promise<ProfileRecord[]> {
    const now = this.options.clock();
    const records = await this.store.records();
    return Promise.all(
      records.map(async ({ process: owner, ...record }): Promise<ProfileRecord> => {
        if (record.state !== "running" || this.#isAlive(record, owner, now)) return record;
        if (this.#failed?.id === record.id) return this.#failed;
        const interrupted: ProfileRecord = { ...record, state: "interrupted" };
        // What can't be written now is interrupted at the next visit, too.
        await this.store.write({ ...interrupted, process: owner }).catch(() => undefined);
        return interrupted;
      }),
    );
  }

  #isAlive({ id, startedAt, duration }: ProfileRecord, owner: string, now: number): boolean {
    if (this.#running?.record.id === id || this.#starting === id) return true;
    if (startedAt > now + GRACE || now > startedAt + duration * 1_000 + GRACE) return false;
    const [host, pid] = owner.split(" ");
    // A process of another machine or container can't be asked.
    if (host !== hostname()) return true;
    if (Number(pid) === process.pid) return false;
    try {
      process.kill(Number(pid), 0);
      return true;
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EPERM";
    }
  }

  async #record(
    record: ProfileRecord,
    { kind, interval }: StartOptions,
    monotonic: () => number,
  ): Promise<ProfileRecord> {
    let recording: Recording;
    try {
      recording = await startRecording({ kind, interval }, monotonic);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.#write({ ...record, state: "failed", reason });
      throw new ProfilingError(500, `The profiler can't start: ${reason}.`);
    }
    const started = { ...record, startPause: recording.startPause };
    // The timer keeps no process alive that has nothing else to do.
    setTimeout(() => void this.#finish(), record.duration * 1_000).unref();
    this.#running = { record: started, recording };
    return started;
  }

  async #finish(): Promise<void> {
    if (this.#running === null) return;
    const { record, recording } = this.#running;
    try {
      await this.#write(await this.#store(record, recording));
      await this.store.prune(this.options.clock());
    } catch (error) {
      const reason = `${fileProblem(error, this.options.folder)}.`;
      this.options.onFailure?.(reason);
      this.#failed = { ...record, state: "failed", reason };
      await this.#write(this.#failed).catch(() => undefined);
    } finally {
      this.#running = null;
    }
  }

  async #store(record: ProfileRecord, recording: Recording): Promise<ProfileRecord> {
    const { monotonic, mapFrame } = this.options;
    const { profile, stopPause: stopping } = await recording.stop();
    const start = monotonic();
    mapFrames(profile, mapFrame ?? (() => null));
    const text = JSON.stringify(profile);
    const stopPause = stopping + Math.round(monotonic() - start);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_PROFILE_BYTES) {
      throw new Error(`The profile has ${bytes} bytes; the limit is ${MAX_PROFILE_BYTES}`);
    }
    return { ...record, state: "complete", bytes: await this.store.writeProfile(record, text), stopPause };
  }

  #write(record: ProfileRecord): Promise<void> {
    return this.store.write({ ...record, process: this.#process });
  }
}
