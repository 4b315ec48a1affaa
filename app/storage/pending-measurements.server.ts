import type { Database, TransactionKind } from "./database-contract";
import {
  endsOf,
  type Mark,
  markAt,
  type PendingPart,
  type PendingPosition,
  type PendingReports,
} from "./pending";
import { type PendingKind, PendingKinds } from "./pending-kinds";
import { parseReports } from "./pending-lines";
import { integer, rowOf, text } from "./row-schema";
import { Script, type ScriptResult } from "./script";
import type { Statements } from "./statements.server";

const LINES = rowOf({ lines: text });

/**
 * Up to `limit` measurements that wait for the fold after a position, the oldest ones of them, oldest first.
 * @param kinds known ones by the ends of lines, which it adds to: what an end describes never changes
 */
export async function selectPending(
  on: Statements,
  after: PendingPosition,
  limit: number,
  kinds: PendingKinds = new PendingKinds(),
): Promise<PendingReports & { isLast: boolean }> {
  const { scanPending, selectPending } = on.engine.measurements;
  if (scanPending !== null) {
    const [row] = await on.query("scanPending", LINES, scanPending(after, limit));
    const scanned = await parsed(on, row?.lines ?? "", kinds, true);
    if (2 * scanned.length >= limit) return { ...scanned, isLast: false };
  }
  const [row] = await on.query("selectPending", LINES, selectPending(after, limit));
  const reports = await parsed(on, row?.lines ?? "", kinds, false);
  return { ...reports, isLast: reports.length < limit };
}

/** @param lines see `LINE` */
async function parsed(
  on: Statements,
  lines: string,
  kinds: PendingKinds,
  isDense: boolean,
): Promise<PendingReports> {
  const { reports, unknown } = parseReports(on.engine.measurements, lines, kinds, isDense);
  if (unknown.size > 0) {
    await addKinds(on, unknown.keys(), kinds);
    for (const [text, positions] of unknown) {
      for (const i of positions) reports.kinds[i] = kinds.get(text) as PendingKind;
    }
  }
  return reports;
}

async function addKinds(on: Statements, all: Iterable<string>, kinds: PendingKinds): Promise<void> {
  // The end of a line is a part of all that was read with it, which must not stay in memory.
  const texts = [...all].map((text) => Buffer.from(text).toString());
  const { pendingLabels, pendingKind, selectLabels } = on.engine.measurements;
  const labels = new Map<number, string>();
  if (selectLabels !== null) {
    const ids = new Set(texts.flatMap(pendingLabels));
    const rows = await on.query("selectLabels", rowOf({ id: integer, text }), selectLabels([...ids]));
    for (const { id, text } of rows) labels.set(Number(id), text);
  }
  for (const text of texts) kinds.add(text, pendingKind(text, labels));
}

type Parts = readonly PendingPart[];

/**
 * Runs a script in a transaction that also marks the values that were read as reflected in the summaries. A report that
 * came since keeps its measurement pending.
 * @param build adds the other steps; called for each attempt
 * @returns refused where another process has folded any of the measurements since
 */
export async function runMarking(
  database: Pick<Database, "read" | "script">,
  kind: TransactionKind,
  name: string,
  parts: Parts,
  build: (script: Script, mark: () => void) => void,
): Promise<ScriptResult> {
  const attempt = (mark: (script: Script, parts: Parts) => void): Promise<ScriptResult> => {
    const script = new Script(database.read.engine);
    build(script, () => mark(script, parts));
    return database.script(kind, name, script);
  };
  const result = await attempt(markRanges);
  if (result.refusedBy !== CHECK_RANGE && result.refusedBy !== MARK_RANGE) return result;
  const second = await attempt(markByKey);
  return { ...second, ms: result.ms + second.ms };
}

const CHECK_RANGE = "checkPending";
const MARK_RANGE = "markFolded";

/**
 * Marks measurements that nobody has changed since they were stored by statements for all from the first to the last one of
 * each part, without a list of keys, and the others by key. Refused where measurements were added between those, or
 * changed, since they were read.
 */
function markRanges(script: Script, parts: Parts): void {
  const { markUnchanged } = script.engine.measurements;
  if (markUnchanged === null) {
    markByKey(script, parts);
    return;
  }
  for (const part of parts) {
    const { unchanged, neverFolded } = countsOf(part);
    if (unchanged === 0) continue;
    const ends = endsOf(part);
    // Those that were never folded only become more, by new ones, until the fold marks them. As a condition of the marks it
    // would make SQLite collect their keys first, which doubles the time.
    script.execute(CHECK_RANGE, markUnchanged.check(ends, neverFolded), 1);
    script.execute(MARK_RANGE, markUnchanged.mark(ends), unchanged);
  }
  const changed = marksOf(parts, (reports, i) => reports.unchanged[i] === 0);
  if (changed.length > 0) markEach(script, changed);
}

function countsOf({ reports, from, to }: PendingPart): { unchanged: number; neverFolded: number } {
  let unchanged = 0;
  let neverFolded = 0;
  for (let i = from; i < to; i += 1) {
    unchanged += reports.unchanged[i] as number;
    if (Number.isNaN(reports.folded[i])) neverFolded += 1;
  }
  return { unchanged, neverFolded };
}

const markByKey = (script: Script, parts: Parts): void =>
  markEach(
    script,
    marksOf(parts, () => true),
  );

function marksOf(parts: Parts, isMarked: (reports: PendingReports, i: number) => boolean): Mark[] {
  const marks: Mark[] = [];
  for (const { reports, from, to } of parts) {
    for (let i = from; i < to; i += 1) if (isMarked(reports, i)) marks.push(markAt(reports, i));
  }
  return marks;
}

const markEach = (script: Script, marks: readonly Mark[]): void =>
  script.execute("markChanged", script.engine.measurements.markFolded(marks), marks.length);
