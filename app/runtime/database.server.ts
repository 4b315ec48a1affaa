import { join } from "node:path";
import { env } from "../platform/env.server";
import { projectRoot } from "../platform/project-root";
import { singleton } from "../platform/singleton.server";
import { type Database, openDatabase } from "../storage/database.server";

type Slot = { database: Database | null };

const slot = (): Slot => singleton("database", () => ({ database: null }));

/**
 * Opens this process's database, once.
 * @param options.isLean see `OpenOptions`
 */
export async function openProcessDatabase({ isLean = false } = {}): Promise<Database> {
  const holder = slot();
  holder.database ??= await openDatabase(env().DATABASE_URL, {
    isLean,
    quickCheck: env().DATABASE_QUICK_CHECK,
    writerScript: join(projectRoot(), "build", "writer.js"),
  });
  return holder.database;
}

/**
 * This process's database.
 * @throws Error before `openProcessDatabase`
 */
export function database(): Database {
  const { database: open } = slot();
  if (open === null) throw new Error("The database is not open yet.");
  return open;
}
