/** The two hexadecimal digits of each byte: for thousands of short texts this is faster than a Buffer each. */
export const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

/** The three digits of each number of 12 bits. */
const TRIPLES: readonly string[] = Array.from({ length: 4_096 }, (_, number) =>
  number.toString(16).padStart(3, "0"),
);

/** The eleven digits of a whole number of 44 bits. */
export function digitsOf44Bits(number: number): string {
  const high = Math.floor(number / 0x100_0000);
  const low = number % 0x100_0000;
  return `${BYTES[high >>> 12]}${TRIPLES[high & 0xfff]}${TRIPLES[low >>> 12]}${TRIPLES[low & 0xfff]}`;
}
