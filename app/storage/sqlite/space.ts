import { type Sql, sql } from "../sql";

/** Statements on the space that tables use in the file (https://www.sqlite.org/dbstat.html). */
export const sqliteSpace = {
  /** The table of single measurements, which `web_vitals_raw` shows with their texts. */
  rawTable: "measurements",

  /** Bytes of each table with its indexes. SQLite reads every page of the file for it. */
  selectTableSizes: (): Sql =>
    sql`SELECT m.tbl_name AS name, sum(d.pgsize) AS bytes
      FROM dbstat AS d JOIN sqlite_schema AS m ON m.name = d.name
      WHERE d.aggregate = TRUE
      GROUP BY m.tbl_name
      ORDER BY m.tbl_name`,

  /** Pages of the file, those that deleted rows left free, and whether free ones can be removed. */
  selectPages: (): Sql =>
    sql`SELECT page_count AS pages, freelist_count AS free, page_size AS bytes, auto_vacuum = 2 AS shrinks
      FROM pragma_page_count, pragma_freelist_count, pragma_page_size, pragma_auto_vacuum`,

  /**
   * Removes one free page from the end of the file, where its `auto_vacuum` is incremental. A call of Prisma removes one,
   * whatever the argument: SQLite returns a row without columns for each page, and the adapter steps only once.
   */
  removeFreePage: (): Sql => sql`PRAGMA incremental_vacuum(1)`,
};
