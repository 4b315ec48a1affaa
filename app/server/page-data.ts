/** What a loader or an action returns to its own page. Only the server reads `page`: it is not enumerable. */
export type PageData<Page> = { readonly page: Page };

/**
 * Wraps a page's view model, so that Remix passes it to the server's rendering and encodes nothing.
 *
 * Remix encodes the data of every document for a browser that hydrates it, which costs milliseconds for a large page and is then
 * discarded: this application hydrates nothing (`entry.server.tsx` has the other half). The encoder writes enumerable
 * properties only (https://github.com/jacob-ebey/turbo-stream).
 */
export const pageData = <Page>(page: Page): PageData<Page> =>
  Object.defineProperty({}, "page", { value: page }) as PageData<Page>;
