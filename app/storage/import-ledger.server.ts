import { integer, rowOf, text } from "./row-schema";
import { type Statements, sql } from "./statements.server";

/** Lines that an import has committed: those after running digest `previous`, up to running digest `digest`. */
export type LedgerEntry = { digest: string; previous: string; lines: number };

const stretchRow = rowOf({ digest: text, lines: integer });

/** What has been imported after the lines whose running digest is `previous`, the longest stretch first. */
export async function selectLedgerAfter(on: Statements, previous: string): Promise<LedgerEntry[]> {
  const rows = await on.query(
    "selectLedgerAfter",
    stretchRow,
    sql`SELECT digest, lines FROM import_ledger WHERE previous_digest = ${previous} ORDER BY lines DESC`,
  );
  return rows.map((row) => ({ digest: row.digest, previous, lines: Number(row.lines) }));
}

/** Records a stretch of lines; to be called in the transaction that stores them. */
export async function recordImported(tx: Statements, entry: LedgerEntry, at: number): Promise<void> {
  await tx.execute(
    "recordImported",
    sql`INSERT INTO import_ledger (digest, previous_digest, lines, imported_at)
      VALUES (${entry.digest}, ${entry.previous}, ${entry.lines}, ${at})
      ON CONFLICT (digest) DO NOTHING`,
  );
}
