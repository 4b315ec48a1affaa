import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** scrypt's cost parameters (RFC 7914): N = 2^ln, block size r, parallelization p. */
export type Cost = { ln: number; r: number; p: number };

/**
 * 32 MiB and about 0.2 s per password: one of the equivalent settings of OWASP, with little memory
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt).
 */
const COST: Cost = { ln: 15, r: 8, p: 3 };

const KEY_BYTES = 32;
const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

/** Without padding, as the PHC string format requires (https://github.com/P-H-C/phc-string-format). */
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll("=", "");

/** Keyboards differ in Unicode composition, and a pasted password may have blanks around it. */
const normalise = (password: string): string => password.normalize("NFKC").trim();

function derive(password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    // Node's default limit is 32 MiB; scrypt needs a little more than 128·N·r bytes.
    scrypt(normalise(password), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/**
 * The hash in PHC format: `$scrypt$ln=15,r=8,p=3$salt$hash`.
 * @param salt pass one to get the same hash again
 */
export async function hashPassword(
  password: string,
  salt: Uint8Array = randomBytes(16),
  cost: Cost = COST,
): Promise<string> {
  const key = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(key)}`;
}

/**
 * Whether `hash` is the hash of `password`, compared in constant time.
 * @throws Error when `hash` is not in the format of `hashPassword`
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt = "", key = ""] = FORMAT.exec(hash) ?? [];
  const expected = Buffer.from(key, "base64");
  if (expected.byteLength !== KEY_BYTES) throw new Error("The stored password hash can't be read.");
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64"), cost), expected);
}

/** 32 digits and letters, without the ambiguous i, l, o, u. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A password of 100 random bits that can be read aloud: `k7m2p-9xq4t-w3n8v-r5c6d`. */
export function generatePassword(): string {
  // 256 is a multiple of 32, so the modulo is unbiased.
  const characters = [...randomBytes(20)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join("")).join("-");
}
