import { readFileSync } from "node:fs";

/** Linux counts the CPU time of a process in hundredths of a second (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
const TICKS_PER_SECOND = 100;

function readOfProcess(pid: number, file: string): string {
  if (process.platform !== "linux") {
    throw new Error("CPU time and memory of another process are read from /proc, which only Linux has.");
  }
  return readFileSync(`/proc/${pid}/${file}`, "latin1");
}

/** CPU time of a process so far, all threads, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readOfProcess(pid, "stat").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * How long the main thread of a process has been ready but had to wait for a processor so far, in seconds: what other work
 * on this machine costs it (https://docs.kernel.org/scheduler/sched-stats.html).
 */
export const waitedSeconds = (pid: number): number =>
  Number(readOfProcess(pid, `task/${pid}/schedstat`).split(" ")[1]) / 1e9;

/** Resident memory of a process, in MB: now, and the most so far. */
export function residentMegabytes(pid: number): { now: number; peak: number } {
  const status = readOfProcess(pid, "status");
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024;
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}
