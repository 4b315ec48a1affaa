/** An absolute URL with a query or fragment; the group is the part before. */
const WITH_QUERY = /^(https?:\/\/[^?#\s]*)[?#]/;

/** OpenTelemetry's attributes that hold a query. */
const QUERY_ATTRIBUTES = new Set(["url.query", "http.query"]);

/**
 * A copy of JSON-like data without the queries and fragments of URLs. Functions and class instances stay as they are.
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

/** OTLP attributes have the form `{ key, value }`. */
const isNoQueryAttribute = (item: unknown): boolean =>
  typeof item !== "object" || item === null || !("key" in item) || !QUERY_ATTRIBUTES.has(String(item.key));
