import { createHash, type Hash } from "node:crypto";
import type { Clock } from "../platform/clock.server";
import { EXEMPT, recordRouteActivity, selectRoutes, vouchFor } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { type LedgerEntry, recordImported, selectLedgerAfter } from "../storage/import-ledger.server";
import { storeMeasurements } from "../storage/measurements.server";
import { runSteps } from "../storage/run-steps.server";
import { Script } from "../storage/script";
import type { Statements } from "../storage/statements.server";
import { withStorableNames } from "../storage/storable-name";
import { acquireWriterLock } from "../storage/writer-lock.server";
import { type Measurement, OTHER } from "../vitals/measurement";
import { RouteSpellings } from "../vitals/route-text/route-spellings";
import { LineError, parseImportLine } from "./import-line";
import { mergeReports } from "./merge-reports";
import { type Line, splitLines } from "./split-lines";

/** Longest line, in bytes: the limit of a beacon's body. */
const MAX_LINE = 64 * 1024;

/** Lines of one transaction: some tens of ms, so that a running server can write in between. */
const BATCH = 5_000;

export type ImportProgress = {
  lines: number;
  /** Measurements stored, including repeated reports. */
  stored: number;
  /** Lines that an earlier run committed. */
  resumed: number;
  bad: number;
};

export type ImportOptions = {
  database: Database;
  clock: Clock;
  /** Whether the notations of one route count as the one that came first; the default is true. */
  mergeRouteNotations?: boolean;
  /** Called for each invalid line; `line` counts from 1. */
  onBadLine: (line: number, reason: string) => void;
  /** Called after each transaction, and awaited: the caller folds the stored measurements. */
  onBatch: (progress: ImportProgress) => Promise<void>;
};

/**
 * Imports lines of the bulk format. An import can be killed at any time and restarted with the same input: a ledger,
 * written in the same transactions, records the running digest of the committed lines. So a line is never counted twice,
 * even after its measurement was deleted by the raw retention; and the import of a file that has grown resumes at its old
 * end.
 */
export async function importLines(
  chunks: AsyncIterable<Uint8Array>,
  { database, clock, mergeRouteNotations = true, onBadLine, onBatch }: ImportOptions,
): Promise<ImportProgress> {
  const source = new LineSource(splitLines(chunks, MAX_LINE));
  const progress: ImportProgress = { lines: 0, stored: 0, resumed: 0, bad: 0 };
  const spellings = mergeRouteNotations ? new RouteSpellings(true) : null;
  let digest: Hash = createHash("sha256");
  for (;;) {
    const previous = digest.copy().digest("hex");
    const committed = await source.skipCommitted(await selectLedgerAfter(database.read, previous), digest);
    if (committed !== null) {
      digest = committed.digest;
      progress.lines += committed.lines;
      progress.resumed += committed.lines;
      await onBatch(progress);
      continue;
    }
    const lines = await source.read(BATCH);
    if (lines.length === 0) return progress;
    const measurements: Measurement[] = [];
    for (const { bytes, tooLong } of lines) {
      digest.update(bytes);
      progress.lines += 1;
      try {
        if (tooLong) throw new LineError(`longer than ${MAX_LINE} bytes`);
        const measurement = parseImportLine(bytes, clock());
        if (measurement !== null) measurements.push(withStorableNames(database.write.engine, measurement));
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        progress.bad += 1;
        onBadLine(progress.lines, error.message);
      }
    }
    const entry: LedgerEntry = { digest: digest.copy().digest("hex"), previous, lines: lines.length };
    await database.transaction("background", async (tx) => {
      const spelled = spellings === null ? measurements : await spell(tx, spellings, measurements, clock());
      await storeMeasurements(tx, mergeReports(spelled), clock());
      await exemptNames(tx, spelled);
      await recordImported(tx, entry, clock());
    });
    progress.stored += measurements.length;
    await onBatch(progress);
  }
}

/** Imported names need no senders. */
const exemptNames = (tx: Statements, measurements: readonly Measurement[]): Promise<void> =>
  vouchFor(
    tx,
    {
      routes: [...new Set(measurements.map(({ route }) => route))],
      builds: [...new Set(measurements.map(({ buildVersion }) => buildVersion))],
    },
    EXEMPT,
  );

/**
 * Gives measurements the known spelling of their routes. New routes are recorded at once, so that no other process adds
 * another spelling of them; the fold adds their samples.
 */
async function spell(
  tx: Statements,
  spellings: RouteSpellings,
  measurements: readonly Measurement[],
  at: number,
): Promise<Measurement[]> {
  await acquireWriterLock(tx, "commit", at);
  spellings.replace(await selectRoutes(tx));
  const times = new Map<string, { firstAt: number; lastAt: number }>();
  const spelled = measurements.map((measurement) => {
    const { route: text, receivedAt } = measurement;
    if (text === OTHER) return measurement;
    const known = spellings.spellingOf(text);
    if (known === null) {
      spellings.add(text);
      times.set(text, { firstAt: receivedAt, lastAt: receivedAt });
    }
    const route = known ?? text;
    const seen = times.get(route);
    if (seen !== undefined) {
      seen.firstAt = Math.min(seen.firstAt, receivedAt);
      seen.lastAt = Math.max(seen.lastAt, receivedAt);
    }
    return route === text ? measurement : { ...measurement, route };
  });
  const added = new Script(tx.engine);
  recordRouteActivity(
    added,
    [...times].map(([route, seen]) => ({ route, ...seen, samples: 0 })),
  );
  await runSteps(tx, added.steps);
  return spelled;
}

/** A stream of lines with lookahead. */
class LineSource {
  readonly #lines: AsyncIterator<Line>;
  #ahead: Line[] = [];

  constructor(lines: AsyncIterator<Line>) {
    this.#lines = lines;
  }

  /** Reads up to `count` lines; none at the end. */
  async read(count: number): Promise<Line[]> {
    await this.#lookAhead(count);
    return this.#ahead.splice(0, count);
  }

  /** Skips the lines that match an entry of the ledger; `digest` is the running digest after them. `null` without a match. */
  async skipCommitted(
    entries: readonly LedgerEntry[],
    before: Hash,
  ): Promise<{ lines: number; digest: Hash } | null> {
    for (const { digest: expected, lines } of entries) {
      await this.#lookAhead(lines);
      if (this.#ahead.length < lines) continue;
      const digest = before.copy();
      for (const { bytes } of this.#ahead.slice(0, lines)) digest.update(bytes);
      if (digest.copy().digest("hex") !== expected) continue;
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
