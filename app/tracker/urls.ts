/** A page in a beacon; `url` is absent for schemes other than HTTP. */
export type Page = { url: string | undefined; path: string };

const HTTP = /^https?:$/;

/**
 * Reduces an absolute URL to origin and path. Query, fragment and user name never leave the browser, nor do URLs with
 * content (`data:`) or private paths (`file:`).
 * @throws TypeError for anything but an absolute URL
 */
export function toPage(href: string): Page {
  const { protocol, origin, pathname } = new URL(href);
  return { url: HTTP.test(protocol) ? origin + pathname : undefined, path: pathname };
}

/** Reduces the URL of an image or script to origin and path, or to the scheme for schemes other than HTTP. */
export function withoutQuery(href: string): string | undefined {
  try {
    return toPage(href).url ?? new URL(href).protocol;
  } catch {
    return undefined;
  }
}
