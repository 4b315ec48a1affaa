import { type Sql, sql } from "../sql";

/** By the server's clock, because those of several machines differ. */
const NOW = sql`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

/**
 * One row, in a table that is never distributed. It needs no session, so it works through a pool of connections. It waits
 * only while another process ends the transaction in which it renewed the lease.
 */
export const postgresqlFoldLease = {
  /**
   * Has the lease afterwards, where it returns a row. A lease that ends later than any could is of a clock that went back.
   * @param duration in ms
   */
  acquire: (holder: string, duration: number): Sql =>
    sql`UPDATE leases SET holder = ${holder}, until = ${NOW} + ${duration}::bigint
      WHERE name = 'fold'
        AND (holder = ${holder} OR until < ${NOW} OR until > ${NOW} + ${2 * duration}::bigint)
      RETURNING until`,

  release: (holder: string): Sql =>
    sql`UPDATE leases SET holder = '', until = 0 WHERE name = 'fold' AND holder = ${holder}`,
};
