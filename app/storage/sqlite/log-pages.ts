/** Pages of the write-ahead log from which they are moved to the file. */
export const MOVED_PAGES = 1_000;

/** Pages in the log from which its beginning is used again. */
export const LONG_LOG_PAGES = 6_000;

/**
 * Pages from which a commit moves them (SQLite's default is 1,000): the senders of its beacons wait for that, too. The
 * thread that moves the log, and background transactions without it, do so much earlier.
 */
export const MOST_LOG_PAGES = 8_000;

/** The same for a process that only commits: pages that change often are written once for all of its commits. */
export const MOVED_PAGES_OF_COMMITS = 4_000;
