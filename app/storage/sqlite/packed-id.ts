import { raw, type Sql } from "../sql";
import { BYTES, digitsOf44Bits } from "./hex-digits";

/** Version and time of an id of web-vitals 2 and newer, before its random number; no number has a leading zero. */
const PREFIX = /^v(0|[1-9]\d{0,2})-(0|[1-9]\d{0,13})-/;

/** Time and random number have 44 bits each, the version 8: together 12 bytes. */
const MAX_NUMBER = 2 ** 44 - 1;
const MAX_VERSION = 255;

/** `MAX_NUMBER` has so many digits. */
const MAX_DIGITS = 14;

const [ZERO, NINE, LETTER_V] = [48, 57, 118];

/** The part of an id before its random number, and its digits: the measurements of a beacon have the same ones. */
let lastPrefix = { text: "-", packed: "" };

/**
 * The 24 hexadecimal digits of the 12 bytes for an id that web-vitals makes (`v6-1795394560724-8298155793737`); `null` for
 * any other id, which is stored as text. The bytes of one version sort like the texts.
 * @see https://github.com/GoogleChrome/web-vitals/blob/main/src/lib/generateUniqueID.ts
 */
export function packId(id: string): string | null {
  if (id.charCodeAt(0) !== LETTER_V) return null;
  if (!id.startsWith(lastPrefix.text)) {
    const [text, version, time] = PREFIX.exec(id) ?? [];
    if (text === undefined || Number(version) > MAX_VERSION || Number(time) > MAX_NUMBER) return null;
    lastPrefix = { text, packed: BYTES[Number(version)] + digitsOf44Bits(Number(time)) };
  }
  const random = numberAfter(id, lastPrefix.text.length);
  return random === null || random > MAX_NUMBER ? null : lastPrefix.packed + digitsOf44Bits(random);
}

/** The whole number that a text ends with from `start` on; `null` for one with a leading zero, or too many digits. */
function numberAfter(text: string, start: number): number | null {
  const digits = text.length - start;
  if (digits < 1 || digits > MAX_DIGITS || (digits > 1 && text.charCodeAt(start) === ZERO)) return null;
  let number = 0;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return null;
    number = 10 * number + (code - ZERO);
  }
  return number;
}

/** The number in hexadecimal digits of a blob: SQLite reads them in JSON5 only (https://www.sqlite.org/json1.html#json5). */
const numberIn = (column: string, from: number, digits: number): string =>
  `('[0x' || substr(hex(${column}), ${from}, ${digits}) || ']' ->> 0)`;

/** SQL for the time in a packed id, in ms since the epoch; of no use for ids that are text. */
export const timeOfPackedId = (column: string): Sql => raw(numberIn(column, 3, 11));

/** SQL for the text of a stored id. */
export const idText = (column: string): Sql =>
  raw(
    `iif(typeof(${column}) = 'text', ${column}, 'v' || ${numberIn(column, 1, 2)} || '-' || ${numberIn(column, 3, 11)} || '-' || ${numberIn(column, 14, 11)})`,
  );
