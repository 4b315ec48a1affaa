/** Matched routes, outermost first. */
export type Matches = ReadonlyArray<{ route: { path?: string | undefined } }>;

/**
 * The pattern of the route, such as `/vitals/:file`, without parameter values: `http.route` must have a low cardinality
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
 */
export const routePattern = (matches: Matches): string =>
  `/${matches
    .map(({ route }) => route.path ?? "")
    .filter((path) => path !== "")
    .join("/")}`;
