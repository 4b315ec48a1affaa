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
 */
export function sessionCookie(
  name: string,
  value: string,
  { secure, maxAge }: { secure: boolean; maxAge: number },
): string {
  const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
  return secure ? `${PREFIX}${name}=${value}; ${attributes}; Secure` : `${name}=${value}; ${attributes}`;
}

/** The `Set-Cookie` headers that end it, under each name that this client may have it by. */
export function expiredSessionCookies(name: string, secure: boolean): string[] {
  return (secure ? [true, false] : [false]).map((one) => sessionCookie(name, "", { secure: one, maxAge: 0 }));
}
