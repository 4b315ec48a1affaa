/** The routes that lead to a page or endpoint, outermost first, as the router matched them. */
export type Matches = ReadonlyArray<{ route: { path?: string | undefined } }>;

/**
 * The route's pattern, such as `/vitals/:file`, and never with values: what `http.route` is, of which there are as
 * many as there are routes.
 */
export const routePattern = (matches: Matches): string =>
  `/${matches
    .map(({ route }) => route.path ?? "")
    .filter((path) => path !== "")
    .join("/")}`;
