import type { Database, TransactionKind } from "./database-contract";
import {
  LINE,
  type Mark,
  type PendingKind,
  type PendingPosition,
  type PendingRange,
  type PendingReport,
} from "./pending";
import { integer, rowOf, text } from "./row-schema";
import { Script, type ScriptResult } from "./script";
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
 * Runs a script in a transaction that also marks the values that were read as reflected in the summaries. A report that
 * came since keeps its measurement pending.
 * @param build adds the other steps; called for each attempt
 * @returns refused where another process has folded any of the measurements since
 */
export async function runMarking(
  database: Pick<Database, "read" | "script">,
  kind: TransactionKind,
  name: string,
  range: PendingRange,
  build: (script: Script, mark: () => void) => void,
): Promise<ScriptResult> {
  const attempt = (mark: (script: Script, range: PendingRange) => void): Promise<ScriptResult> => {
    const script = new Script(database.read.engine);
    build(script, () => mark(script, range));
    return database.script(kind, name, script);
  };
  const result = await attempt(markRange);
  if (result.refusedBy !== MARK_RANGE) return result;
  const second = await attempt(markByKey);
  return { ...second, ms: result.ms + second.ms };
}

const MARK_RANGE = "markFolded";

/**
 * Marks measurements that nobody has changed since they were stored by one statement for the whole range, without a list of
 * keys, and the others by key. Refused where measurements were added to the range, or changed, since it was read.
 */
function markRange(script: Script, range: PendingRange): void {
  const { reports } = range;
  const { markUnchanged } = script.engine.measurements;
  const others = reports.filter(({ isUnchanged }) => !isUnchanged);
  if (markUnchanged === null || others.length === reports.length) {
    markByKey(script, range);
    return;
  }
  // Those that were never folded only become more, by new ones, until the fold marks them.
  const neverFolded = reports.reduce((n, { folded }) => (folded === null ? n + 1 : n), 0);
  script.execute(MARK_RANGE, markUnchanged(range, neverFolded), reports.length - others.length);
  if (others.length > 0) markByKey(script, { ...range, reports: others });
}

function markByKey(script: Script, { reports }: PendingRange): void {
  const marks = reports.map(({ line }): Mark => {
    const fields = line.split("\t", LINE.kind);
    return [fields[LINE.key] ?? "", fields[LINE.value] ?? "", fields[LINE.folded] ?? ""];
  });
  script.execute("markChanged", script.engine.measurements.markFolded(marks), marks.length);
}
