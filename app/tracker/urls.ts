/** A page as it is named in a beacon. `url` is absent where a page has none that others could open. */
export type Page = { url: string | undefined; path: string };

const HTTP = /^https?:$/;

/**
 * The page at an absolute URL: origin and path. Query, fragment and user name never leave the browser, and
 * neither do URLs that are content (`data:`) or a person's own (`file:`).
 * @throws TypeError for what is no absolute URL
 */
export function toPage(href: string): Page {
  const { protocol, origin, pathname } = new URL(href);
  return { url: HTTP.test(protocol) ? origin + pathname : undefined, path: pathname };
}

/** What is told of the URL of an image or script: origin and path, or only the scheme where it is not HTTP. */
export function withoutQuery(href: string): string | undefined {
  try {
    return toPage(href).url ?? new URL(href).protocol;
  } catch {
    return undefined;
  }
}
