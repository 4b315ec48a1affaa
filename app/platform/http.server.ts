/** What a method that a resource does not have is answered with. */
export function methodNotAllowed(allow: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: `Use ${allow}.` }, { status: 405, headers: { ...headers, Allow: allow } });
}

/** JSON that no cache keeps. */
export function freshJson(
  body: unknown,
  init: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return Response.json(body, { ...init, headers: { "Cache-Control": "no-store", ...init.headers } });
}
