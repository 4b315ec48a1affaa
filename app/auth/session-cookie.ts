/**
 * Prefixes over https: browsers accept a `__Host-` cookie from this host only and for all of its paths, so no other host of
 * the domain can set one. Below a path of a site a cookie is for that path alone, which only `__Secure-` allows.
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
const prefixOf = (basePath: string): string => (basePath === "" ? "__Host-" : "__Secure-");

/** How a client sees this server. */
export type CookieScope = {
  /** Whether the client speaks https. */
  secure: boolean;
  /** The path of the site below which the cockpit is; empty for the root. */
  basePath: string;
};

const nameFor = (name: string, { secure, basePath }: CookieScope): string =>
  secure ? prefixOf(basePath) + name : name;

/**
 * The values of all cookies in a `Cookie` header with a name. Over https only cookies with the prefix count: others may
 * be another host's. Over http, which has none, a proxy outside TRUST_PROXY may have ended TLS after an earlier sign-in.
 */
export function cookieValues(header: string | null, name: string, scope: CookieScope): string[] {
  const names = [nameFor(name, { ...scope, secure: true })];
  if (!scope.secure) names.push(name);
  return (header ?? "").split(";").flatMap((pair) => {
    const [key = "", ...value] = pair.split("=");
    return names.includes(key.trim()) ? [value.join("=").trim()] : [];
  });
}

/** The `Set-Cookie` header of a value. @param maxAge in ms */
export function setCookie(
  name: string,
  { text, maxAge }: { text: string; maxAge: number },
  scope: CookieScope,
): string {
  const seconds = Math.floor(maxAge / 1000);
  const attributes = `Path=${scope.basePath}/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
  const cookie = `${nameFor(name, scope)}=${text}; ${attributes}`;
  return scope.secure ? `${cookie}; Secure` : cookie;
}

/** The `Set-Cookie` headers that delete a cookie, under each name that the client may have stored. */
export const deleteCookie = (name: string, scope: CookieScope): string[] =>
  (scope.secure ? [true, false] : [false]).map((secure) =>
    setCookie(name, { text: "", maxAge: 0 }, { ...scope, secure }),
  );
