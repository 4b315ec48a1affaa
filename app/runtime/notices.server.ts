import { database } from "./database.server";
import { rollup } from "./rollup.server";

/** What an admin must know of the database on every page, a sentence each; empty when all is well. */
export function databaseNotices(): string[] {
  const notices: string[] = [];
  if (database().isDamaged()) {
    notices.push(
      "The database is damaged. No beacon is accepted, and figures may be wrong. Stop the cockpit and restore a backup with “npm run restore -- FILE”.",
    );
  }
  const hold = rollup().retentionHold();
  if (hold !== null) {
    const lastKnown = new Date(hold.lastKnown).toISOString().slice(0, 16).replace("T", " ");
    notices.push(
      `Nothing is deleted: the server's clock is more than a day ahead of ${lastKnown} UTC, the last time that the database knows of. If the clock is right, run “npm run retention:confirm”.`,
    );
  }
  return notices;
}
