import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopBuiltServers } from "../support/built-server";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder";
import { Torture } from "../support/torture/torture";

/** `npm run torture` has 50. */
const ROUNDS = Number(process.env.VITEST_TORTURE_ROUNDS ?? 5);
const SEED = Number(process.env.VITEST_TORTURE_SEED ?? 20_261_129);

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => {
  stopBuiltServers();
  folder.remove();
});

describe("servers that are killed at random instants under load", () => {
  it(
    "lose and double nothing that was acknowledged, and their summaries equal a recount",
    async () => {
      const torture = new Torture(join(folder.path, "vitals.db"), SEED, Date.now());
      for (let round = 0; round < ROUNDS; round += 1) {
        expect({ round, faults: await torture.round(round) }).toEqual({ round, faults: [] });
        if (ROUNDS > 5) process.stdout.write(`round ${round}: ${torture.ledger.size} measurements\n`);
      }
      expect(await torture.finish()).toEqual([]);
      expect(torture.ledger.size).toBeGreaterThan(ROUNDS);
    },
    ROUNDS > 5 ? ROUNDS * 300_000 : undefined,
  );
});
