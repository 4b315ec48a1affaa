import { hash, randomBytes } from "node:crypto";
import { clientKey } from "../../server/client-key";

/** A key has the hash of a network in its upper bits, and what the network's addresses differ in below them. */
const ADDRESSES = 0x1_0000;

/** Turns addresses into numbers that only this process can compare: the secret is random and ends with it. */
export class SourceKeys {
  readonly #secret: string;
  readonly #mask: number;

  /** @param secret at least 16 bytes */
  constructor(secret: Buffer = randomBytes(32)) {
    this.#secret = secret.toString("base64");
    this.#mask = secret.readUInt16LE(0);
  }

  /** @returns a safe integer; the addresses of one IPv6 /64 have one key */
  keyOf(address: string): number {
    const key = address.includes(":") ? clientKey(address) : address;
    const end = Math.max(key.lastIndexOf("."), key.lastIndexOf(":"));
    const host = end < 0 ? 0 : Number.parseInt(key.slice(end + 1), key[end] === ":" ? 16 : 10);
    const network = Number.parseInt(hash("sha1", this.#secret + key.slice(0, end), "hex").slice(0, 8), 16);
    return network * ADDRESSES + (((host & 0xffff) ^ this.#mask) & 0xffff);
  }
}

/** The key of a source's network: the /24 of an IPv4 address, the /48 of an IPv6 address. */
export const networkOf = (key: number): number => Math.floor(key / ADDRESSES);
