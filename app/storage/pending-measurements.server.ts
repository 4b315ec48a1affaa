import {
  keyOf,
  LINE,
  type Mark,
  type PendingKind,
  type PendingPosition,
  type PendingRange,
  type PendingReport,
} from "./pending";
import { integer, rowOf, text } from "./row-schema";
import type { Statements } from "./statements.server";

/** Kinds by the ends of lines. What an end describes never changes, so it is known for ever. */
export type PendingKinds = Map<string, PendingKind>;

/**
 * The next `limit` measurements that wait for the fold after a position, oldest first.
 * @param kinds known ones, which it adds to: an object per kind, and not one per measurement
 */
export async function selectPending(
  on: Statements,
  after: PendingPosition,
  limit: number,
  kinds: PendingKinds = new Map(),
): Promise<PendingReport[]> {
  const [row] = await on.query(
    "selectPending",
    rowOf({ lines: text }),
    on.engine.measurements.selectPending(after, limit),
  );
  return parseReports(on, row?.lines ?? "", kinds);
}

/** @param lines see `LINE` */
async function parseReports(on: Statements, lines: string, kinds: PendingKinds): Promise<PendingReport[]> {
  const { pendingValue } = on.engine.measurements;
  const reports: PendingReport[] = [];
  const ends: string[] = [];
  const unknown = new Set<string>();
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf("\n", start);
    const end = newline === -1 ? lines.length : newline;
    const value = lines.indexOf("\t", start) + 1;
    const folded = lines.indexOf("\t", value) + 1;
    const unchanged = lines.indexOf("\t", folded) + 1;
    const key = unchanged + 2;
    const kindText = lines.slice(lines.indexOf("\t", key) + 1, end);
    const kind = kinds.get(kindText);
    if (kind === undefined) unknown.add(kindText);
    ends.push(kindText);
    reports.push({
      kind: kind as PendingKind,
      receivedAt: Number(lines.slice(start, value - 1)),
      value: pendingValue(lines.slice(value, folded - 1)),
      folded: unchanged - folded === 1 ? null : pendingValue(lines.slice(folded, unchanged - 1)),
      isUnchanged: lines[unchanged] === "1",
      line: lines.slice(start, end),
    });
    start = end + 1;
  }
  if (unknown.size > 0) {
    await addKinds(on, unknown, kinds);
    for (const [i, report] of reports.entries()) report.kind = kinds.get(ends[i] as string) as PendingKind;
  }
  return reports;
}

async function addKinds(on: Statements, texts: ReadonlySet<string>, kinds: PendingKinds): Promise<void> {
  const { pendingLabels, pendingKind, selectLabels } = on.engine.measurements;
  const labels = new Map<number, string>();
  if (selectLabels !== null) {
    const ids = new Set([...texts].flatMap(pendingLabels));
    const rows = await on.query("selectLabels", rowOf({ id: integer, text }), selectLabels([...ids]));
    for (const { id, text } of rows) labels.set(Number(id), text);
  }
  for (const text of texts) kinds.set(text, pendingKind(text, labels));
}

/**
 * Marks the values that were read as reflected in the summaries. A report that came since keeps its measurement pending.
 * Nobody else may have folded any of them since.
 * @returns whether it marked all of them
 */
export async function markFolded(tx: Statements, range: PendingRange): Promise<boolean> {
  const changed = await markUnchanged(tx, range);
  if (changed.length === 0) return true;
  const marks = changed.map(({ line }): Mark => {
    const fields = line.split("\t", LINE.kind);
    return [fields[LINE.key] ?? "", fields[LINE.value] ?? "", fields[LINE.folded] ?? ""];
  });
  return (await tx.execute("markChanged", tx.engine.measurements.markFolded(marks))) === marks.length;
}

/**
 * Marks those that nobody has changed since they were stored: one statement for the whole range, without a list of keys.
 * @returns the others
 */
async function markUnchanged(tx: Statements, range: PendingRange): Promise<readonly PendingReport[]> {
  const { reports } = range;
  const { unchanged } = tx.engine.measurements;
  if (unchanged === null) return reports;
  const others = reports.filter(({ isUnchanged }) => !isUnchanged);
  if (others.length === reports.length) return reports;
  // Those that were never folded only become more, by new ones, until the fold marks them.
  const neverFolded = reports.reduce((n, { folded }) => (folded === null ? n + 1 : n), 0);
  const [row] = await tx.query("countNeverFolded", rowOf({ n: integer }), unchanged.countNeverFolded(range));
  if (Number(row?.n) !== neverFolded) return reports;
  const marked = await tx.execute("markFolded", unchanged.mark(range));
  if (marked === reports.length - others.length) return others;
  const pending = await tx.query("selectPendingKeys", rowOf({ row_key: text }), unchanged.selectKeys(range));
  const keys = new Set(pending.map(({ row_key }) => row_key));
  return reports.filter(({ isUnchanged, line }) => !isUnchanged || keys.has(keyOf(line)));
}
