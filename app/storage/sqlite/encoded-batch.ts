import type { Measurement } from "../../vitals/measurement";
import { DEVICE_CODES, METRIC_CODES, navigationCode, valueCode } from "./codes";
import { packAttribution } from "./packed-attribution";
import { packId } from "./packed-id";

/** A text that rows refer to. Routes and builds always get a number; others only while the table has capacity. */
export type Label = { text: string; required: boolean };

/** Measurements as the parameters of the statements that store them: texts, so that any thread may execute them. */
export type EncodedBatch = {
  labels: readonly Label[];
  /** JSON array of rows: see `ROW`. */
  rows: string;
  /** When the newest measurement was received, in ms. */
  newest: number;
  /** Whether the batch has a report that only changes what is stored. */
  conditional: boolean;
};

/** Indexes of a row's values; labels are indexes into the batch's labels. */
export const ROW = {
  packedId: 0,
  textId: 1,
  metric: 2,
  value: 3,
  sequence: 4,
  route: 5,
  build: 6,
  device: 7,
  navigation: 8,
  receivedAt: 9,
  library: 10,
  element: 11,
  resource: 12,
  attributionFields: 13,
  attributionJson: 14,
  onlyIfStored: 15,
} as const;

export type EncodedRow = Array<string | number | null>;

/** The labels of a batch, each once. */
export class BatchLabels {
  readonly #indexes = new Map<string, number>();
  readonly all: Label[] = [];

  required(text: string): number {
    const index = this.#indexOf(text);
    const label = this.all[index];
    if (label !== undefined) label.required = true;
    return index;
  }

  optional = (text: string | null): number | null => (text === null ? null : this.#indexOf(text));

  #indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.all.push({ text, required: false }) - 1;
    this.#indexes.set(text, index);
    return index;
  }
}

/** One measurement as a row (see `ROW`). */
export function encodeRow(m: Measurement, labels: BatchLabels): EncodedRow {
  const packed = packId(m.id);
  const { element, resource, fields, json } = packAttribution(m.metric, m.attribution);
  return [
    packed,
    packed === null ? m.id : null,
    METRIC_CODES[m.metric],
    valueCode(m.value),
    m.sequence,
    labels.required(m.route),
    labels.required(m.buildVersion),
    DEVICE_CODES[m.device],
    navigationCode(m.navigationType, m.deliveryType ?? null),
    m.receivedAt,
    labels.optional(m.library),
    labels.optional(element),
    labels.optional(resource),
    fields,
    json,
    m.onlyIfStored === true ? 1 : 0,
  ];
}

export function encodeBatch(batch: readonly Measurement[]): EncodedBatch {
  const labels = new BatchLabels();
  let newest = 0;
  let conditional = false;
  const rows = batch.map((measurement) => {
    newest = Math.max(newest, measurement.receivedAt);
    conditional ||= measurement.onlyIfStored === true;
    return encodeRow(measurement, labels);
  });
  return { labels: labels.all, rows: JSON.stringify(rows), newest, conditional };
}
