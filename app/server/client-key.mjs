// @ts-check

/**
 * Who an address is counted as. One IPv6 customer has at least a whole /64 of them.
 * @param {string} address
 * @returns {string}
 */
export function clientKey(address) {
  // A look at the text first: an IPv4 address is the usual case, and no URL of an IPv6 host lacks a colon.
  if (!address.includes(":") || !URL.canParse(`http://[${address}]`)) return address;
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? 0 : tail.split(":").length;
  const zeros = tail === undefined ? [] : Array(8 - groups.length - after).fill("0");
  return [...groups, ...zeros, ...(tail ?? "").split(":")].slice(0, 4).join(":");
}

/**
 * The network of a client: the /24 of an IPv4 address, the /48 of an IPv6 address.
 * @param {string} key as `clientKey` returns it
 * @returns {string} the key itself where it has no parts
 */
export function networkKey(key) {
  const end = key.lastIndexOf(key.includes(":") ? ":" : ".");
  return end === -1 ? key : key.slice(0, end);
}
