/** Where a sign-in leads that came from nowhere in particular. */
export const HOME = "/admin/performance";

/** More than a page's own links have; a longer one is not worth its bytes in a header. */
const MAX_LENGTH = 8 * 1024;

/** Stands for this server, whatever its name: a name that nobody can have. */
const PLACEHOLDER_ORIGIN = "http://cockpit.invalid";

/** Pages to return to which would lead back here. */
const SIGN_IN_PATHS = /^\/log(?:in|out)(?:\.data)?$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/**
 * The path and query to return to after signing in, or `HOME` when `value` isn't one of this server's.
 *
 * What is given back is the address as a browser understands it, and it is that which is checked: browsers take
 * `\` for `/`, drop tabs and line ends, and resolve `/.//x` to `//x`. A beginning that some proxy might decode
 * into such a one is refused too.
 */
export function returnPath(value: string | null | undefined): string {
  if (value == null || value.length > MAX_LENGTH) return HOME;
  if (!value.startsWith("/") || CONTROL.test(value) || !URL.canParse(value, PLACEHOLDER_ORIGIN)) return HOME;
  const { origin, pathname, search } = new URL(value, PLACEHOLDER_ORIGIN);
  const isOther = origin !== PLACEHOLDER_ORIGIN || /^\/(?:\/|%2f|%5c|%[01])/i.test(pathname);
  return isOther || SIGN_IN_PATHS.test(pathname) ? HOME : pathname + search;
}
