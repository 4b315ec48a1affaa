import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProfileRecord } from "../../app/profiling/profile-record";
import { PROJECT_ROOT } from "./node-bundle";

/** Recorded profiles that are stored beside a database: 2.4.0 of Node 22, 2.4.1 of Node 24, and a heap profile. */
const STORED = [
  { id: "20261122t090000-cpu-00000022", fixture: "node22.cpuprofile", release: "2.4.0", node: "v22.23.5" },
  { id: "20261122t100000-cpu-00000024", fixture: "node24.cpuprofile", release: "2.4.1", node: "v24.22.3" },
  { id: "20261122t110000-heap-00000024", fixture: "node24.heapprofile", release: "2.4.1", node: "v24.22.3" },
] as const;

export const [BEFORE, AFTER, HEAP] = STORED;

/**
 * Stores recorded profiles beside a database.
 * @param now ms since the epoch; they are a few hours older
 */
export function storeRecordedProfiles(databaseFile: string, now: number): void {
  const folder = `${databaseFile}-profiles`;
  mkdirSync(folder, { recursive: true });
  for (const [i, { id, fixture, release, node }] of STORED.entries()) {
    const kind = fixture.endsWith(".heapprofile") ? "heap" : "cpu";
    const record: ProfileRecord & { process: string } = {
      id,
      kind,
      state: "complete",
      startedAt: now - (STORED.length - i) * 3_600_000,
      duration: 5,
      interval: kind === "cpu" ? 10 : null,
      service: "shop",
      release,
      node,
      folder: "/srv/shop",
      bytes: 12_000,
      startPause: 31.5,
      stopPause: 2.5,
      reason: null,
      process: "",
    };
    writeFileSync(join(folder, `${id}.json`), JSON.stringify(record));
    const source = join(PROJECT_ROOT, "tests", "unit", "profiling", "fixtures", fixture);
    copyFileSync(source, join(folder, `${id}.${kind}profile`));
  }
}
