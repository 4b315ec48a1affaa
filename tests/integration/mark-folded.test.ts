import fc from "fast-check";
import { expect, it } from "vitest";
import { FIRST_POSITION, type PendingPart, positionAt } from "../../app/storage/pending";
import { selectPending } from "../../app/storage/pending-measurements.server";
import { examples, measurement, NOW } from "../support/measurements";
import { markFolded } from "../support/script";
import { Store } from "../support/store";

const IDS = 8;

/** A report of one of a few ids; `ms` after the first time, so that new ones are among those that were read. */
const report = fc.record({ number: fc.nat(IDS - 1), value: fc.constantFrom(1, 2, 0.25) });
const reports = fc.array(report, { maxLength: 8 });

type Report = { number: number; value: number };

const measurementOf = ({ number, value }: Report) =>
  measurement({ id: `id-${number}`, metric: "CLS", value, receivedAt: NOW + ((number * 5) % IDS) });

/** What the summaries hold for each id, as its row describes it. */
const heldIn = (store: Store): Record<string, number | null> =>
  Object.fromEntries(
    store
      .rows<{ id: string; folded_value: number | null }>("SELECT id, folded_value FROM web_vitals_raw")
      .map(({ id, folded_value }) => [id, folded_value]),
  );

it("markFolded records the values that were read, whatever was stored before and since", async () => {
  const history = fc.record({
    folded: reports,
    before: reports,
    since: reports,
    limits: fc.array(fc.integer({ min: 1, max: IDS }), { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ folded, before, since, limits }) => {
      const store = await Store.open();
      const ingest = async (all: readonly Report[]): Promise<void> => {
        for (const one of all) await store.ingest(measurementOf(one));
      };
      try {
        await ingest(folded);
        await store.fold();
        await ingest(before);
        const expected = heldIn(store);
        const parts: PendingPart[] = [];
        let after = FIRST_POSITION;
        for (const limit of limits) {
          const reports = await selectPending(store.database.read, after, limit);
          if (reports.length === 0) continue;
          parts.push({ reports, from: 0, to: reports.length });
          after = positionAt(reports, reports.length - 1);
        }
        await ingest(since);
        if (parts.length > 0) {
          expect(await markFolded(store.database, ...parts)).toMatchObject({ refusedBy: null });
        }
        for (const { reports } of parts) {
          for (let row = 0; row < reports.length; row += 1) {
            const number = Array.from({ length: IDS }, (_, i) => i).find(
              (i) => NOW + ((i * 5) % IDS) === reports.receivedAt[row],
            );
            expected[`id-${number}`] = reports.values[row] ?? null;
          }
        }
        expect({
          ...Object.fromEntries(since.map(({ number }) => [`id-${number}`, null])),
          ...expected,
        }).toEqual(heldIn(store));
        const pending = store.rows<{ id: string }>(
          "SELECT id FROM web_vitals_raw WHERE folded_value IS NULL OR folded_value <> value",
        );
        expect(store.value("SELECT count(*) FROM measurements WHERE pending IS NOT NULL")).toBe(
          pending.length,
        );
      } finally {
        await store.close();
      }
    }),
    examples(60),
  );
});
