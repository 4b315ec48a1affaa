import { expect } from "vitest";
import type { BuiltServer } from "./built-server";

export type HeaderValues = Record<string, string>;

export const get = ({ origin }: BuiltServer, path: string, headers: HeaderValues = {}): Promise<Response> =>
  fetch(origin + path, { headers, redirect: "manual" });

/** Posts a form, by default with the server's own origin. */
export const post = (
  { origin }: BuiltServer,
  path: string,
  form: HeaderValues = {},
  headers: HeaderValues = {},
): Promise<Response> =>
  fetch(origin + path, {
    method: "POST",
    body: new URLSearchParams(form),
    headers: { Origin: origin, ...headers },
    redirect: "manual",
  });

let clients = 0;

/** Headers of a new client, as sent by a trusted proxy (TRUST_PROXY=loopback). */
export const newClient = (): HeaderValues => {
  clients += 1;
  return { "X-Forwarded-For": `198.51.100.${clients}` };
};

/** The `Cookie` header for a response's first cookie; empty without one. */
export const cookieOf = (response: Response): string =>
  response.headers.getSetCookie()[0]?.split(";")[0] ?? "";

/** Signs in with a password; returns the session's cookie, empty for a rejected password. */
export const signIn = async (server: BuiltServer, password: string): Promise<string> =>
  cookieOf(await post(server, "/login", { password }, newClient()));

export const PAGE = "/admin/performance";

/** Whether a cookie opens the page; otherwise it must redirect to the form. */
export async function opensPage(server: BuiltServer, cookie: string): Promise<boolean> {
  const { status, headers } = await get(server, PAGE, { Cookie: cookie });
  if (status === 302) expect(headers.get("location")).toBe(`/login?next=${encodeURIComponent(PAGE)}`);
  else expect(status).toBe(200);
  return status === 200;
}
