import { integer, rowOf, text } from "./row-schema";
import { sql } from "./sql";
import type { Statements } from "./statements.server";

/** Lines that an import has committed: from after the running digest `previous` to the running digest `digest`. */
export type LedgerEntry = { digest: string; previous: string; lines: number };

const ledgerRow = rowOf({ digest: text, lines: integer });

/** Entries that continue after the running digest `previous`, the longest first. */
export async function selectLedgerAfter(on: Statements, previous: string): Promise<LedgerEntry[]> {
  const rows = await on.query(
    "selectLedgerAfter",
    ledgerRow,
    sql`SELECT digest, lines FROM import_ledger WHERE previous_digest = ${previous} ORDER BY lines DESC`,
  );
  return rows.map((row) => ({ digest: row.digest, previous, lines: Number(row.lines) }));
}

/** Must run in the transaction that stores the lines. */
export async function recordImported(tx: Statements, entry: LedgerEntry, at: number): Promise<void> {
  await tx.execute(
    "recordImported",
    sql`INSERT INTO import_ledger (digest, previous_digest, lines, imported_at)
      VALUES (${entry.digest}, ${entry.previous}, ${entry.lines}, ${at})
      ON CONFLICT (digest) DO NOTHING`,
  );
}
