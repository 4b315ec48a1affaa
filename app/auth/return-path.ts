/** The page after a sign-in without a return path. */
export const HOME = "/admin/performance";

/** In characters; links of the pages are shorter. */
const MAX_LENGTH = 8 * 1024;

/** Stands for this server's origin; `.invalid` is reserved (RFC 2606). */
const PLACEHOLDER_ORIGIN = "http://cockpit.invalid";

/** These pages would redirect back to the sign-in. */
const SIGN_IN_PATHS = /^\/log(?:in|out)(?:\.data)?$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/**
 * The path and query to return to after signing in, or `HOME` when `value` isn't one of this server's.
 *
 * It checks and returns the path that a browser would resolve: browsers read `\` as `/`, drop tabs and line ends, and
 * resolve `/.//x` to `//x`. It also rejects a start that a proxy might decode to one of these.
 */
export function returnPath(value: string | null | undefined): string {
  if (value == null || value.length > MAX_LENGTH) return HOME;
  if (!value.startsWith("/") || CONTROL.test(value) || !URL.canParse(value, PLACEHOLDER_ORIGIN)) return HOME;
  const { origin, pathname, search } = new URL(value, PLACEHOLDER_ORIGIN);
  const isOther = origin !== PLACEHOLDER_ORIGIN || /^\/(?:\/|%2f|%5c|%[01])/i.test(pathname);
  return isOther || SIGN_IN_PATHS.test(pathname) ? HOME : pathname + search;
}
