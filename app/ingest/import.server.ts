import { createHash, type Hash } from "node:crypto";
import type { Clock } from "../platform/clock.server";
import type { Database } from "../storage/database.server";
import { type LedgerEntry, recordImported, selectLedgerAfter } from "../storage/import-ledger.server";
import { storeMeasurements } from "../storage/measurements.server";
import type { Measurement } from "../vitals/measurement";
import { LineError, parseImportLine } from "./import-line";
import { mergeReports } from "./merge-reports";
import { type Line, splitLines } from "./split-lines";

/** Longest line, in bytes; as for the body of a beacon. */
const MAX_LINE = 64 * 1024;

/** Lines of one transaction: some tens of ms of writing, so that a running server gets its turns. */
const BATCH = 5_000;

export type ImportProgress = {
  /** Lines read so far, all of them. */
  lines: number;
  /** Measurements stored, repeated reports included. */
  stored: number;
  /** Lines that an earlier run had committed already. */
  resumed: number;
  /** Lines that could not be used. */
  bad: number;
};

export type ImportOptions = {
  database: Database;
  clock: Clock;
  /** Told of each bad line, by its number from 1 on. */
  onBadLine: (line: number, reason: string) => void;
  /** Called after each transaction; what it returns is waited for (to fold what was stored). */
  onBatch: (progress: ImportProgress) => Promise<void>;
};

/**
 * Imports lines of the bulk format. It can be stopped or killed at any instant and started again with the same
 * input: a ledger, written in the transactions that store, knows the running digest of what is committed. So a line is
 * never counted twice, even where its measurement is older than the raw retention and forgotten already; and a
 * file that has grown goes on where it ended.
 */
export async function importLines(
  chunks: AsyncIterable<Uint8Array>,
  { database, clock, onBadLine, onBatch }: ImportOptions,
): Promise<ImportProgress> {
  const source = new LineSource(splitLines(chunks, MAX_LINE));
  const progress: ImportProgress = { lines: 0, stored: 0, resumed: 0, bad: 0 };
  let digest: Hash = createHash("sha256");
  for (;;) {
    const previous = digest.copy().digest("hex");
    const known = await source.matching(await selectLedgerAfter(database.read, previous), digest);
    if (known !== null) {
      digest = known.digest;
      progress.lines += known.lines;
      progress.resumed += known.lines;
      await onBatch(progress);
      continue;
    }
    const lines = await source.take(BATCH);
    if (lines.length === 0) return progress;
    const measurements: Measurement[] = [];
    for (const { bytes, tooLong } of lines) {
      digest.update(bytes);
      progress.lines += 1;
      try {
        if (tooLong) throw new LineError(`longer than ${MAX_LINE} bytes`);
        const measurement = parseImportLine(bytes, clock());
        if (measurement !== null) measurements.push(measurement);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        progress.bad += 1;
        onBadLine(progress.lines, error.message);
      }
    }
    const entry: LedgerEntry = { digest: digest.copy().digest("hex"), previous, lines: lines.length };
    await database.transaction("background", async (tx) => {
      await storeMeasurements(tx, mergeReports(measurements), clock());
      await recordImported(tx, entry, clock());
    });
    progress.stored += measurements.length;
    await onBatch(progress);
  }
}

/** Lines that can be looked at before they are taken. */
class LineSource {
  readonly #lines: AsyncIterator<Line>;
  #ahead: Line[] = [];

  constructor(lines: AsyncIterator<Line>) {
    this.#lines = lines;
  }

  /** Takes up to `count` lines; none at the end. */
  async take(count: number): Promise<Line[]> {
    await this.#lookAhead(count);
    return this.#ahead.splice(0, count);
  }

  /** Takes the lines that one of the ledger's entries stands for, and gives the running digest after them. */
  async matching(
    entries: readonly LedgerEntry[],
    before: Hash,
  ): Promise<{ lines: number; digest: Hash } | null> {
    for (const { digest: wanted, lines } of entries) {
      await this.#lookAhead(lines);
      if (this.#ahead.length < lines) continue;
      const digest = before.copy();
      for (const { bytes } of this.#ahead.slice(0, lines)) digest.update(bytes);
      if (digest.copy().digest("hex") !== wanted) continue;
      this.#ahead.splice(0, lines);
      return { lines, digest };
    }
    return null;
  }

  async #lookAhead(count: number): Promise<void> {
    while (this.#ahead.length < count) {
      const { done, value } = await this.#lines.next();
      if (done === true) return;
      this.#ahead.push(value);
    }
  }
}
