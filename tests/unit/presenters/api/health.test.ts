import { describe, expect, it } from "vitest";
import { type HealthInput, healthOf } from "../../../../app/presenters/api/health";

const WELL: HealthInput = {
  databaseReachable: true,
  databaseDamaged: false,
  bufferDepth: 0,
  bufferCapacity: 20_000,
  failedCommitAgoMs: null,
  shedAgoMs: null,
  foldLagMs: 840,
  draining: false,
};

describe("healthOf", () => {
  it("is ok when nothing is wrong", () => {
    expect(healthOf(WELL)).toEqual({
      status: "ok",
      reasons: [],
      database: "reachable",
      bufferDepth: 0,
      foldLagSeconds: 0.8,
    });
  });

  it.each<[string, Partial<HealthInput>, string]>([
    ["the database is gone", { databaseReachable: false }, "The database can't be read."],
    ["the database is damaged", { databaseDamaged: true }, "The database is damaged: restore a backup."],
    [
      "beacons are refused",
      { shedAgoMs: 10_000 },
      "Beacons were refused: the buffer of measurements was full.",
    ],
    ["the buffer is full", { bufferDepth: 20_000 }, "The buffer of measurements is full."],
    ["nothing can be stored", { failedCommitAgoMs: 0 }, "The last measurements could not be stored."],
    ["the fold is stuck", { foldLagMs: 60_001 }, "The summaries are more than a minute behind."],
    ["it is shutting down", { draining: true }, "The process is shutting down."],
  ])("is unfit when %s, and says so", (_, change, reason) => {
    expect(healthOf({ ...WELL, ...change })).toMatchObject({ status: "unfit", reasons: [reason] });
  });

  it("is ok up to the edge", () => {
    // 32 measurements are the largest beacon: with room for one more, nothing is turned away.
    expect(healthOf({ ...WELL, bufferDepth: 19_968, foldLagMs: 60_000 }).status).toBe("ok");
    expect(healthOf({ ...WELL, bufferDepth: 19_969 }).status).toBe("unfit");
  });

  it("is ok again some time after a failure, though nobody sent a beacon since", () => {
    expect(healthOf({ ...WELL, failedCommitAgoMs: 60_000 }).status).toBe("unfit");
    expect(healthOf({ ...WELL, failedCommitAgoMs: 60_001 }).status).toBe("ok");
  });

  it("is ok again ten seconds after it refused beacons", () => {
    expect(healthOf({ ...WELL, shedAgoMs: 10_001 }).status).toBe("ok");
  });

  it("names all that is wrong", () => {
    const all = {
      databaseReachable: false,
      databaseDamaged: false,
      bufferDepth: 1,
      bufferCapacity: 1,
      failedCommitAgoMs: 1,
      shedAgoMs: 1,
      foldLagMs: 1e6,
      draining: true,
    };
    expect(healthOf(all).reasons).toHaveLength(5);
    expect(healthOf(all)).toMatchObject({ database: "unreachable", foldLagSeconds: 1000 });
  });
});
