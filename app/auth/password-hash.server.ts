import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** scrypt's work: 2^ln rounds over blocks of 128·r bytes, p times. */
export type Cost = { ln: number; r: number; p: number };

/** 32 MiB and about 0.2 s a password; of the settings that OWASP holds for equal, one that spares memory. */
const COST: Cost = { ln: 15, r: 8, p: 3 };

const KEY_BYTES = 32;
const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

/** Without `=`, as the format of stored hashes wants it (https://github.com/P-H-C/phc-string-format). */
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll("=", "");

/** One password in one way, however it was typed: composed characters, and no space around a pasted one. */
const normalise = (password: string): string => password.normalize("NFKC").trim();

function derive(password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    // Node refuses by default what needs more than 32 MiB; this needs 128·N·r bytes and a little.
    scrypt(normalise(password), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/**
 * A password's hash with everything that checking it takes: `$scrypt$ln=15,r=8,p=3$salt$hash`.
 * @param salt a random one unless the same hash must come out again
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
 * Whether `hash` was made of `password`. It takes as long for a near miss as for a far one.
 * @throws Error when `hash` is not one that `hashPassword` makes
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt = "", key = ""] = FORMAT.exec(hash) ?? [];
  const expected = Buffer.from(key, "base64");
  if (expected.byteLength !== KEY_BYTES) throw new Error("The stored password hash can't be read.");
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, "base64"), cost), expected);
}

/** 32 digits and letters, without those that are mistaken for others. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A password of 100 random bits that can be read aloud: `k7m2p-9xq4t-w3n8v-r5c6d`. */
export function generatePassword(): string {
  // 256 is a multiple of 32, so that every character is as likely.
  const characters = [...randomBytes(20)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join("")).join("-");
}
