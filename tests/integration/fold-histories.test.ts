import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeReports } from "../../app/ingest/merge-reports";
import { selectMeasurements } from "../../app/storage/measurements.server";
import { DEVICES } from "../../app/vitals/devices";
import type { Measurement } from "../../app/vitals/measurement";
import { METRICS } from "../../app/vitals/metrics";
import { DELIVERY_TYPES, NAVIGATION_TYPES } from "../../app/vitals/navigation";
import { HOUR } from "../../app/vitals/time";
import { expectedSummaries, storedSummaries } from "../support/expected-summaries";
import { aValueOf, examples, measurement, NOW } from "../support/measurements";
import { Store } from "../support/store";

const IDS = 14;

/** What happens to two processes on one database. */
type Step =
  | { do: "report"; process: 0 | 1; reports: Measurement[] }
  | { do: "fold"; process: 0 | 1; limit: number }
  | { do: "both"; limit: number; reports: Measurement[] }
  | { do: "wait"; ms: number };

/** A report of one of a few ids, so that most are repeated; some ids have sequences, others never. */
const report = fc.nat(IDS - 1).chain((number): fc.Arbitrary<Measurement> => {
  const metric = METRICS[number % METRICS.length] ?? "LCP";
  return fc
    .record({
      value: aValueOf(metric),
      sequence: number % 3 === 0 ? fc.constant(null) : fc.nat(4),
      route: fc.constantFrom("/a", "/b", "(other)"),
      device: fc.constantFrom(...DEVICES),
      navigationType: fc.option(fc.constantFrom(...NAVIGATION_TYPES)),
      delivery: fc.option(fc.constantFrom(...DELIVERY_TYPES)),
      buildVersion: fc.constantFrom("1", "2", "unknown"),
      library: fc.constantFrom(null, "web-vitals/6.2.3", "web-vitals/5.0.0"),
    })
    .map(({ delivery, ...changes }) =>
      measurement({
        ...{ ...changes, id: `id-${number}`, metric },
        ...(delivery !== null && { deliveryType: delivery }),
      }),
    );
});
const reports = fc.array(report, { minLength: 1, maxLength: 6 });
const process = fc.constantFrom(0 as const, 1 as const);
const limit = fc.integer({ min: 1, max: 9 });

const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant("report" as const), process, reports }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("fold" as const), process, limit }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("both" as const), limit, reports }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 2 * HOUR }) }),
    },
  ),
  { minLength: 4, maxLength: 24 },
);

/** Lets a history happen; gives every report in the order in which it was stored, and the folds' counts. */
async function live(steps: readonly Step[], stores: readonly [Store, Store]): Promise<Measurement[]> {
  const reported: Measurement[] = [];
  let at = NOW;
  const store = async (one: Store, batch: readonly Measurement[]): Promise<void> => {
    const received = batch.map((m) => ({ ...m, receivedAt: at }));
    reported.push(...received);
    await one.ingest(...received);
  };
  for (const step of steps) {
    if (step.do === "wait") at += step.ms;
    for (const one of stores) one.at = at;
    if (step.do === "report") await store(stores[step.process], step.reports);
    if (step.do === "fold") await stores[step.process].foldOnce(step.limit);
    if (step.do === "both") {
      await Promise.all([
        stores[0].foldOnce(step.limit),
        store(stores[1], step.reports),
        stores[1].foldOnce(step.limit),
      ]);
    }
  }
  await Promise.all([stores[0].fold(), stores[1].fold(3)]);
  return reported;
}

it("foldBatch makes summaries equal to those of the last values, after any history of reports and folds", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const first = await Store.open();
      const second = await first.alsoOpen();
      try {
        const expected = mergeReports(await live(steps, [first, second])).sort(
          (a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1),
        );
        const raw = await selectMeasurements(first.database.read, { from: 0, to: 8e15 }, null, 1_000);
        expect(raw).toEqual(expected);
        expect(storedSummaries(first)).toEqual(expectedSummaries(expected));

        const count = (keyOf: (m: Measurement) => string, of = expected): Record<string, number> => {
          const counts: Record<string, number> = {};
          for (const m of of) counts[keyOf(m)] = (counts[keyOf(m)] ?? 0) + 1;
          return counts;
        };
        const named = first.rows<{ key: string; samples: number }>(
          `SELECT hour || ' ' || build_version || ' ' || metric AS key, samples FROM release_traffic`,
        );
        expect(Object.fromEntries(named.map(({ key, samples }) => [key, samples]))).toEqual(
          count(
            (m) => `${Math.floor(m.receivedAt / HOUR)} ${m.buildVersion} ${m.metric}`,
            expected.filter(({ device }) => device !== "bot"),
          ),
        );
        // What only a repeated report named has a place, but no samples.
        const places = first.rows<{ route: string; samples: number }>(
          "SELECT route, samples FROM routes WHERE samples > 0",
        );
        expect(Object.fromEntries(places.map(({ route, samples }) => [route, samples]))).toEqual(
          count(
            ({ route }) => route,
            expected.filter(({ route }) => route !== "(other)"),
          ),
        );
        const seen = first.rows<{ build_version: string; first_seen_at: number; last_seen_at: number }>(
          "SELECT build_version, first_seen_at, last_seen_at FROM releases WHERE first_seen_at IS NOT NULL ORDER BY build_version",
        );
        const builds = [...new Set(expected.map(({ buildVersion }) => buildVersion))].sort();
        expect(seen).toEqual(
          builds.map((build_version) => {
            const times = expected.filter((m) => m.buildVersion === build_version).map((m) => m.receivedAt);
            return { build_version, first_seen_at: Math.min(...times), last_seen_at: Math.max(...times) };
          }),
        );
        expect(
          first.value(
            "SELECT count(*) FROM web_vitals_raw WHERE folded_value IS NULL OR folded_value <> value",
          ),
        ).toBe(0);
      } finally {
        await second.close();
        await first.close();
      }
    }),
    examples(25),
  );
});
