/** The origin under which a request's client knows this server, as the preload worked it out. */
export function originOf(request: Request): string {
  const { host } = new URL(request.url);
  const proto = request.headers.get("x-client-proto") === "https" ? "https" : "http";
  return `${proto}://${host}`;
}
