import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { monotonic } from "../../app/platform/clock.server";
import { quantileOf } from "./statistics";

/** About the size of a commit in the write-ahead log. */
const BYTES = 16 * 1024;
const SYNCS = 100;

/** How long the disk needs to make a small write durable, in ms: no durable answer is faster. */
export function measureSyncs(file: string): { p50: number; p99: number } {
  const block = Buffer.alloc(BYTES, 1);
  const descriptor = openSync(file, "w");
  const durations: number[] = [];
  try {
    for (let i = 0; i < SYNCS; i += 1) {
      writeSync(descriptor, block);
      const start = monotonic();
      fsyncSync(descriptor);
      durations.push(monotonic() - start);
    }
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
  return { p50: quantileOf(durations, 0.5), p99: quantileOf(durations, 0.99) };
}
