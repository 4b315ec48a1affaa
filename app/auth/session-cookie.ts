/**
 * The session's cookie. Over https its name begins with `__Host-`: browsers take such a cookie only from this
 * very host, so that no neighbour under the same domain can plant one. That is decided between the browser and
 * the proxy, which speaks https to it. A cookie that was set over http has the plain name, and counts too.
 */
const PREFIX = "__Host-";

/** The values of all cookies in a `Cookie` header that may be the session. */
export function sessionCookieValues(header: string | null, name: string): string[] {
  return (header ?? "").split(";").flatMap((pair) => {
    const [key = "", ...value] = pair.split("=");
    return [name, PREFIX + name].includes(key.trim()) ? [value.join("=").trim()] : [];
  });
}

/**
 * The `Set-Cookie` header that a session begins with.
 * @param secure whether the client speaks https
 * @param basePath the path of the site below which the cockpit is; empty for the root
 */
export function sessionCookie(
  name: string,
  value: string,
  { secure, basePath = "", maxAge }: { secure: boolean; basePath?: string; maxAge: number },
): string {
  // Below a path of a site a cookie is for that path alone, which the prefix does not allow.
  const prefix = basePath === "" ? PREFIX : "";
  const attributes = `Path=${basePath}/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
  return secure ? `${prefix}${name}=${value}; ${attributes}; Secure` : `${name}=${value}; ${attributes}`;
}

/** The `Set-Cookie` headers that end it, under each name that this client may have it by. */
export const expiredSessionCookies = (name: string, secure: boolean, basePath = ""): string[] =>
  (secure ? [true, false] : [false]).map((one) =>
    sessionCookie(name, "", { secure: one, basePath, maxAge: 0 }),
  );
