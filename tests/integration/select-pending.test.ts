import fc from "fast-check";
import { expect, it } from "vitest";
import { FIRST_POSITION, positionAt } from "../../app/storage/pending";
import { selectPending } from "../../app/storage/pending-measurements.server";
import { examples, measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

const IDS = 40;

/** Up to three measurements have the same time. */
const report = (number: number, value: number, from: number) =>
  measurement({
    id: `id-${from + number}`,
    metric: "CLS",
    value,
    receivedAt: NOW + from + Math.floor(number / 3),
  });

const numbers = fc.uniqueArray(fc.nat(IDS - 1), { maxLength: IDS });

type Pending = { received_at: number; value: number; folded_value: number | null };

it("selectPending returns all pending measurements once, by time, few or many of all", async () => {
  const state = fc.record({
    folded: numbers,
    again: numbers,
    since: numbers,
    limit: fc.integer({ min: 1, max: 12 }),
  });
  const store = await Store.open();
  // Measurements of earlier examples are folded ones before those of this one.
  let from = 0;
  await fc.assert(
    fc.asyncProperty(state, async ({ folded, again, since, limit }) => {
      from += IDS;
      const ingest = (chosen: readonly number[], value: number): Promise<void> =>
        store.ingest(...chosen.map((number) => report(number, value, from)));
      await ingest(folded, 1);
      await store.fold();
      await ingest(again, 0.25);
      await ingest(since, 0.5);
      const expected = store.rows<Pending>(
        `SELECT received_at, value, folded_value FROM web_vitals_raw
           WHERE folded_value IS NULL OR folded_value <> value`,
      );
      const read: Pending[] = [];
      for (let after = FIRST_POSITION, isLast = false; !isLast; ) {
        const reports = await selectPending(store.database.read, after, limit);
        expect(reports.length).toBeLessThanOrEqual(limit);
        for (let i = 0; i < reports.length; i += 1) {
          const folded = reports.folded[i] ?? 0;
          read.push({
            received_at: reports.receivedAt[i] ?? 0,
            value: reports.values[i] ?? 0,
            folded_value: Number.isNaN(folded) ? null : folded,
          });
        }
        if (reports.length > 0) after = positionAt(reports, reports.length - 1);
        isLast = reports.isLast;
      }
      const times = read.map(({ received_at }) => received_at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(read).toHaveLength(expected.length);
      expect(read).toEqual(expect.arrayContaining(expected));
      await store.fold();
    }),
    examples(25),
  );
  await store.close();
});
