/**
 * Whether a request was made on this machine. The preload put the addresses into the headers; a proxy on this
 * machine that is not trusted speaks for somebody else, wherever it connects from.
 */
export function isFromLoopback(headers: Headers): boolean {
  if (headers.get("x-forwarded-seen") !== null) return false;
  const address = headers.get("x-client-address") ?? "";
  return address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address);
}
