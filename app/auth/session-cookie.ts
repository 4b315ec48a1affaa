/**
 * Prefix of the session cookie over https: browsers accept a `__Host-` cookie from this host only, so no other host of the
 * domain can set one (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes). A cookie
 * set over http has the plain name, and is valid, too.
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
 * The `Set-Cookie` header of a new session.
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

/** The `Set-Cookie` headers that delete the session cookie, under each name that the client may have stored. */
export const expiredSessionCookies = (name: string, secure: boolean, basePath = ""): string[] =>
  (secure ? [true, false] : [false]).map((one) =>
    sessionCookie(name, "", { secure: one, basePath, maxAge: 0 }),
  );
