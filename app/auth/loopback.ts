/**
 * Whether the client runs on this machine. The preload sets both headers; `x-forwarded-seen` marks a request that came
 * through a proxy that is not trusted, so its client is unknown.
 */
export function isFromLoopback(headers: Headers): boolean {
  if (headers.get("x-forwarded-seen") !== null) return false;
  const address = headers.get("x-client-address") ?? "";
  return address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address);
}
