// @ts-check
// The sender of a request: the peer at the other end of the connection and, behind trusted proxies, the client. The
// result is written into the request's own headers, because a loader sees nothing else; what a client sent under these
// names is removed.
import { BlockList, isIP } from "node:net";

const LOOPBACK = ["127.0.0.0/8", "::1/128"];
/** Remembered hosts: a server has a few names, and whoever sends others only makes it forget. */
const MAX_HOSTS = 100;
const MAX_HOST_LENGTH = 300;
/** @type {Map<string, boolean>} */
const hosts = new Map();

const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Whether remix-serve can make a URL of it. URL parsers check numbers and punycode, each version of Node by its own
 * tables.
 * @param {string} host
 */
function isHost(host) {
  const known = hosts.get(host);
  if (known !== undefined) return known;
  const result = HOST.test(host) && URL.canParse(`http://${host}`);
  if (hosts.size >= MAX_HOSTS) hosts.clear();
  if (host.length <= MAX_HOST_LENGTH) hosts.set(host, result);
  return result;
}

/** Headers by which a proxy shows that it is one. */
const isForwardingHeader = (/** @type {string} */ name) =>
  name.startsWith("x-forwarded-") || name === "forwarded" || name === "x-real-ip" || name === "via";

/**
 * @param {string} address an IP address
 */
const family = (address) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * The address without the IPv6 form that a dual-stack socket gives an IPv4 peer, and without a zone.
 * @param {string} address
 */
export function normaliseAddress(address) {
  const bare = address.replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return mapped?.[1] ?? bare.toLowerCase();
}

/**
 * @param {string | undefined} list the value of TRUST_PROXY: addresses, networks and `loopback`, separated by commas.
 *   Other items are ignored; the environment's schema rejects them with a message.
 * @returns {(address: string) => boolean} whether an address is that of a trusted proxy
 */
export function trustedProxies(list = "") {
  const trusted = new BlockList();
  const items = list.split(",").map((item) => item.trim());
  for (const item of items.flatMap((item) => (item === "loopback" ? LOOPBACK : [item]))) {
    const [address = "", bits] = item.split("/");
    if (isIP(address) === 0) continue;
    const longest = isIP(address) === 6 ? 128 : 32;
    const prefix = bits === undefined ? longest : Number(bits);
    if (bits === "" || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) continue;
    trusted.addSubnet(address, prefix, family(address));
  }
  // The check itself costs more than all else that is read of a request's sender. Mostly it is the same proxy's again.
  if (trusted.rules.length === 0) return () => false;
  let last = { address: "", isTrusted: false };
  return (address) => {
    if (address !== last.address) {
      last = { address, isTrusted: isIP(address) !== 0 && trusted.check(address, family(address)) };
    }
    return last.isTrusted;
  };
}

/**
 * One entry of X-Forwarded-For as an address; some proxies add a port or brackets.
 * @param {string} entry
 * @returns {string | null} null when it isn't an address
 */
function forwardedAddress(entry) {
  const bare = entry.trim().replace(/^\[(.*)\](?::\d+)?$/, "$1");
  if (isIP(bare) !== 0) return normaliseAddress(bare);
  const withoutPort = bare.replace(/:\d+$/, "");
  return isIP(withoutPort) === 4 ? withoutPort : null;
}

/**
 * The client: from the peer outwards, the first address that is no trusted proxy. An entry that is not an address ends
 * the walk, because nothing beyond it can be trusted.
 * @param {string} peer
 * @param {string} forwardedFor
 * @param {(address: string) => boolean} isTrusted
 */
function clientAddress(peer, forwardedFor, isTrusted) {
  let client = peer;
  for (const entry of forwardedFor.split(",").reverse()) {
    const address = isTrusted(client) ? forwardedAddress(entry) : null;
    if (address === null) return client;
    client = address;
  }
  return client;
}

/**
 * The first entry of a list, which is what the proxy nearest to the client saw.
 * @param {string | string[] | undefined} header
 */
const first = (header) =>
  String(header ?? "")
    .split(",")[0]
    ?.trim() ?? "";

/**
 * Rewrites a request's headers so that they name the sender, and the sender cannot forge them:
 * - `x-peer-address`: the other end of the connection;
 * - `x-client-address`: the client; without a trusted proxy the same;
 * - `x-client-proto`: `http` or `https`, as the client spoke it;
 * - `x-forwarded-seen`: `1` when a peer that is not trusted sent a proxy's headers;
 * - `host`: as the client wrote it, when a trusted proxy forwards it; `localhost` where no URL can be made of it.
 * The proxy's own headers are removed; nothing else reads them.
 * @param {import("node:http").IncomingHttpHeaders} headers changed in place
 * @param {string | undefined} remoteAddress the socket's; undefined when the client is gone already
 * @param {(address: string) => boolean} isTrusted
 * @returns {{ proto: "http" | "https", prefix: string }} also the path that a trusted proxy has removed
 */
export function identifySender(headers, remoteAddress, isTrusted) {
  const peer = remoteAddress === undefined ? undefined : normaliseAddress(remoteAddress);
  const trusted = peer !== undefined && isTrusted(peer);
  const forwarding = Object.keys(headers).filter(isForwardingHeader);
  const forwardedFor = String(headers["x-forwarded-for"] ?? "");
  const forwardedProto = first(headers["x-forwarded-proto"]).toLowerCase();
  const forwardedHost = first(headers["x-forwarded-host"]);
  const forwardedPrefix = first(headers["x-forwarded-prefix"]);

  for (const name of forwarding) delete headers[name];
  // Where it is absent, deleting it would make every later access slower.
  if ("x-peer-address" in headers) delete headers["x-peer-address"];
  if ("x-client-address" in headers) delete headers["x-client-address"];
  const proto = trusted && forwardedProto === "https" ? "https" : "http";
  headers["x-client-proto"] = proto;
  if (peer !== undefined) {
    headers["x-peer-address"] = peer;
    headers["x-client-address"] = trusted ? clientAddress(peer, forwardedFor, isTrusted) : peer;
  }
  if (trusted && isHost(forwardedHost)) headers.host = forwardedHost;
  if (!isHost(headers.host ?? "")) headers.host = "localhost";
  if (!trusted && forwarding.length > 0) headers["x-forwarded-seen"] = "1";
  return { proto, prefix: trusted ? forwardedPrefix : "" };
}
