import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { expect } from "vitest";
import { eventually, postBeacon, type RunningServer } from "../server";

/** The metrics of a beacon. */
export const LOADED_METRICS = ["LCP", "INP", "CLS", "FCP", "TTFB"];

export type LoadOptions = {
  /** Beacons under way at once. */
  senders?: number;
};

/**
 * Senders of beacons of five measurements; each sends the next one as soon as it has an answer. One that was not
 * acknowledged is not sent again: it is stored once or not at all.
 */
export class Load {
  /** Ids of acknowledged measurements. */
  readonly acknowledged = new Set<string>();
  /** Ids of all measurements that were sent. */
  readonly sent = new Set<string>();
  readonly refusals: Array<{ status: number; retryAfter: string | null }> = [];
  #number = 0;
  #stopped = false;
  readonly #senders: Promise<void>[];

  /** @param targets of the next beacons; a sender waits while there is none */
  constructor(
    readonly name: string,
    targets: () => readonly RunningServer[],
    { senders = 6 }: LoadOptions = {},
  ) {
    this.#senders = Array.from({ length: senders }, (_, i) => this.#send(targets, i));
  }

  async #send(targets: () => readonly RunningServer[], sender: number): Promise<void> {
    while (!this.#stopped) {
      this.#number += 1;
      const number = this.#number;
      const target = targets()[number % targets().length];
      const status = target === undefined ? null : await this.#post(target, number, sender);
      // A refused sender would otherwise ask in a loop.
      if (status !== 204) await pause(10);
    }
  }

  async #post(target: RunningServer, number: number, sender: number): Promise<number | null> {
    const measurements = LOADED_METRICS.map((name) => ({
      id: `${this.name}-${name}-${number}`,
      name,
      value: name === "CLS" ? 0.05 : 100 + (number % 50),
      navigationType: "navigate",
    }));
    for (const { id } of measurements) this.sent.add(id);
    const body = { v: 1, buildVersion: "1.0.0", route: `/${sender}`, measurements };
    const response = await postBeacon(target, body).catch(() => null);
    await response?.arrayBuffer().catch(() => null);
    if (response === null) return null;
    const { status, headers } = response;
    if (status === 204) for (const { id } of measurements) this.acknowledged.add(id);
    else this.refusals.push({ status, retryAfter: headers.get("Retry-After") });
    return status;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#senders);
  }

  /** Resolves when `n` more measurements are acknowledged. */
  async more(n: number): Promise<void> {
    const target = this.acknowledged.size + n;
    await eventually(
      () => this.acknowledged.size,
      (size) => size >= target,
    );
  }
}

async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** The first column of the first row. */
export const count = async (url: string, text: string): Promise<number> =>
  Number(Object.values((await query<Record<string, unknown>>(url, text))[0] ?? {})[0]);

/** Waits for the fold: what is acknowledged is stored once, and the summaries have each stored measurement once. */
export async function expectExact(url: string, load: Load): Promise<void> {
  await eventually(
    () => count(url, "SELECT count(*) FROM web_vitals_raw WHERE folded_value IS DISTINCT FROM value"),
    (pending) => pending === 0,
  );
  const rows = await query<{ id: string }>(url, "SELECT id FROM web_vitals_raw");
  const ids = new Set(rows.map(({ id }) => id));
  expect(ids.size).toBe(rows.length);
  expect([...load.acknowledged].filter((id) => !ids.has(id))).toEqual([]);
  expect([...ids].filter((id) => !load.sent.has(id))).toEqual([]);
  // Hours and days that are not over have no summaries of their own yet.
  for (const table of ["five_minutes", "five_minutes_totals"]) {
    expect(await count(url, `SELECT sum(samples) FROM web_vitals_${table}`), table).toBe(ids.size);
  }
  expect(await count(url, "SELECT sum(samples) FROM routes")).toBe(ids.size);
  expect(await count(url, "SELECT sum(samples) FROM release_traffic")).toBe(ids.size);
}
