import type { Measurement } from "../../vitals/measurement";
import { integer, rowOf, text } from "../row-schema";
import type { Runner } from "../runner";
import { type EncodedBatch, encodeBatch, labelsOf, newestOf } from "./encoded-batch";
import { knownLabels } from "./known-labels";
import { addLabels, numbersOf, selectNumbers } from "./labels";
import { isUnknownLabel, upsertMeasurements } from "./upsert-measurements";

/** Stores a batch that is not empty (see `storeMeasurements`), and adds its labels where one is not known. */
export async function storeBatch(on: Runner, batch: readonly Measurement[], storedAt: number): Promise<void> {
  for (let isRetry = false; ; isRetry = true) {
    const encoded = await encodedBatch(on, batch, storedAt);
    try {
      await on.execute("upsertMeasurements", upsertMeasurements(encoded, storedAt));
      return;
    } catch (error) {
      if (isRetry || !isUnknownLabel(error)) throw error;
      knownLabels(on).clear(storedAt);
    }
  }
}

async function encodedBatch(
  on: Runner,
  batch: readonly Measurement[],
  storedAt: number,
): Promise<EncodedBatch> {
  const newest = newestOf(batch);
  const known = encodeBatch(batch, knownLabels(on).numbers(newest, storedAt));
  if (known !== null) return known;
  for (let isRetry = false; ; isRetry = true) {
    const encoded = encodeBatch(batch, await addedLabels(on, batch, newest));
    if (encoded !== null) return encoded;
    // Another process has deleted a label between the two statements.
    if (isRetry) throw new Error("A route or build version of a measurement has no number.");
  }
}

const labelRow = rowOf({ id: integer, text });

/** Adds the labels of a batch. @returns their numbers; `null` where the table has no capacity for one */
async function addedLabels(
  on: Runner,
  batch: readonly Measurement[],
  newest: number,
): Promise<ReadonlyMap<string, number | null>> {
  const labels = labelsOf(batch);
  await on.execute("addLabels", addLabels(labels, newest));
  const rows = await on.query("selectLabelNumbers", labelRow, selectNumbers(labels));
  const numbers = numbersOf(
    labels,
    rows.map(({ id, text }) => [text, Number(id)]),
  );
  knownLabels(on).add(labels, numbers, newest);
  return numbers;
}
