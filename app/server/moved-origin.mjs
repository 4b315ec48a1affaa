// @ts-check
// The `Origin` of a request, which the cockpit renames before Remix sees it: see origin-header.server.ts.

/** The new name. */
export const MOVED_ORIGIN = "x-request-origin";

/**
 * The `Origin` that a request was sent with; `null` without one.
 * @param {(name: string) => string | null} header
 */
export const sentOrigin = (header) => header(MOVED_ORIGIN) ?? header("origin");
