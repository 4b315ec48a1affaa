/** An absolute URL with a query or fragment, and what stands before those. */
const WITH_QUERY = /^(https?:\/\/[^?#\s]*)[?#]/;

/** The names under which OpenTelemetry says a query by itself. */
const QUERY_ATTRIBUTES = new Set(["url.query", "http.query"]);

/**
 * A copy of JSON-like data in which URLs have no query and no fragment. What is not data (functions, class
 * instances) is kept as it is.
 */
export function withoutQueries<T>(value: T): T {
  if (typeof value === "string") return (WITH_QUERY.exec(value)?.[1] ?? value) as T;
  if (Array.isArray(value)) return value.filter(isNoQueryAttribute).map(withoutQueries) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  const entries = Object.entries(value).filter(([name]) => !QUERY_ATTRIBUTES.has(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutQueries(inner)])) as T;
}

/** An OTLP attribute has its name in a field. */
const isNoQueryAttribute = (item: unknown): boolean =>
  typeof item !== "object" || item === null || !("key" in item) || !QUERY_ATTRIBUTES.has(String(item.key));
