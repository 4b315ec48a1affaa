/** Which pages may send: any (`null`), or those of the listed origins. */
export type AllowedOrigins = readonly string[] | null;

/** Whether a request comes from a page that may send; one without `Origin` is no page and may. */
export function isAllowedOrigin(origin: string | null, allowed: AllowedOrigins): boolean {
  return origin === null || allowed === null || allowed.includes(origin);
}

/** The headers that let a page of an allowed origin send and read the answer. No cookie is involved. */
export function corsHeaders(origin: string | null, allowed: AllowedOrigins): Record<string, string> {
  const common = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Expose-Headers": "Retry-After",
  };
  if (allowed === null) return { ...common, "Access-Control-Allow-Origin": "*" };
  if (origin === null || !allowed.includes(origin)) return { ...common, Vary: "Origin" };
  return { ...common, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
}

/** What a preflight is answered with besides `corsHeaders`. @param headers that the page may send */
export const preflightHeaders = (headers: readonly string[]): Record<string, string> => ({
  "Access-Control-Allow-Methods": "POST",
  "Access-Control-Allow-Headers": headers.join(", "),
  "Access-Control-Max-Age": "86400",
});
