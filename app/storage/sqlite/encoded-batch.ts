import type { Measurement } from "../../vitals/measurement";
import { DEVICE_CODES, METRIC_CODES, navigationCode, valueCode } from "./codes";
import { packAttribution } from "./packed-attribution";
import { packId } from "./packed-id";

/** A text that rows refer to. Routes and builds always get a number; others only while the table has capacity. */
export type Label = { text: string; required: boolean };

/** The numbers of labels: `null` of one that has none, `undefined` of one that is not known. */
export type LabelNumbers = { get(text: string): number | null | undefined };

/** Measurements as the parameters of the statement that stores them: texts, so that any thread may execute it. */
export type EncodedBatch = {
  /** Numbers of labels that the rows refer to, each once. */
  labels: readonly number[];
  /** JSON array of rows: see `ROW`. */
  rows: string;
  /** Whether the batch has a report that only changes what is stored. */
  conditional: boolean;
};

/**
 * Indexes of a row's values. `id` is in hexadecimal digits, or the text after a "="; `attribution` is in hexadecimal
 * digits, or JSON. Labels are numbers, or the text of one that has none. `onlyIfStored` may be absent.
 */
export const ROW = {
  id: 0,
  metric: 1,
  value: 2,
  sequence: 3,
  route: 4,
  build: 5,
  device: 6,
  navigation: 7,
  receivedAt: 8,
  library: 9,
  element: 10,
  resource: 11,
  attribution: 12,
  onlyIfStored: 13,
} as const;

/** The texts of a batch that rows refer to, each once. */
export function labelsOf(batch: readonly Measurement[]): Label[] {
  const labels = new Map<string, Label>();
  const add = (text: string | null, required: boolean): void => {
    if (text === null) return;
    const known = labels.get(text);
    if (known === undefined) labels.set(text, { text, required });
    else known.required ||= required;
  };
  for (const m of batch) {
    const { element, resource } = packAttribution(m.metric, m.attribution);
    add(m.route, true);
    add(m.buildVersion, true);
    for (const text of [m.library, element, resource]) add(text, false);
  }
  return [...labels.values()];
}

/** When the newest measurement of a batch was received, in ms. */
export const newestOf = (batch: readonly Measurement[]): number =>
  batch.reduce((newest, { receivedAt }) => Math.max(newest, receivedAt), 0);

export type EncodedRow = Array<string | number | null>;

/** Encodes rows, and collects the labels that they refer to. */
export class RowEncoder {
  readonly #numbers: LabelNumbers;
  readonly #used = new Set<number>();
  /** Whether the labels of all rows so far are known, and those of routes and builds have numbers. */
  isComplete = true;

  constructor(numbers: LabelNumbers) {
    this.#numbers = numbers;
  }

  /** Numbers of labels that rows refer to. */
  get used(): readonly number[] {
    return [...this.#used];
  }

  /** One measurement as a row (see `ROW`). */
  encode(m: Measurement): EncodedRow {
    const { element, resource, fields, json } = packAttribution(m.metric, m.attribution);
    const row = [
      packId(m.id) ?? `=${m.id}`,
      METRIC_CODES[m.metric],
      valueCode(m.value),
      m.sequence,
      this.#required(m.route),
      this.#required(m.buildVersion),
      DEVICE_CODES[m.device],
      navigationCode(m.navigationType, m.deliveryType ?? null),
      m.receivedAt,
      this.#label(m.library),
      this.#label(element),
      this.#label(resource),
      fields ?? json,
    ];
    if (m.onlyIfStored === true) row.push(1);
    return row;
  }

  /** A text in its place would be read as a number, or as no label at all. */
  #required(text: string): string | number | null {
    const label = this.#label(text);
    if (typeof label !== "number") this.isComplete = false;
    return label;
  }

  #label(text: string | null): string | number | null {
    if (text === null) return null;
    const number = this.#numbers.get(text);
    if (typeof number === "number") {
      this.#used.add(number);
      return number;
    }
    if (number === undefined) this.isComplete = false;
    return text;
  }
}

/** @returns `null` where `numbers` lacks a label, or the number of a route or build */
export function encodeBatch(batch: readonly Measurement[], numbers: LabelNumbers): EncodedBatch | null {
  const encoder = new RowEncoder(numbers);
  const rows: EncodedRow[] = [];
  let conditional = false;
  for (const measurement of batch) {
    rows.push(encoder.encode(measurement));
    conditional ||= measurement.onlyIfStored === true;
    if (!encoder.isComplete) return null;
  }
  return { labels: encoder.used, rows: JSON.stringify(rows), conditional };
}
