/** Pages of the write-ahead log that are moved to the file at once. */
export const MOVED_PAGES = 1_000;

/** Pages in the log from which its beginning is used again. */
export const LONG_LOG_PAGES = 6_000;

/**
 * Pages from which a commit moves them (SQLite's default is 1,000): the senders of its beacons wait for that, too. The
 * thread that moves the log, and background transactions without it, do so much earlier.
 */
export const MOST_LOG_PAGES = 8_000;
