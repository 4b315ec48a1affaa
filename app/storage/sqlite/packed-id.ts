import { raw, type Sql } from "../sql";

/** web-vitals 2 and newer: its major version, `Date.now()` and a random number; no number has a leading zero. */
const WEB_VITALS_ID = /^v(?:0|[1-9]\d{0,2})-(?:0|[1-9]\d{0,13})-(?:0|[1-9]\d{0,13})$/;

/** Time and random number have 44 bits each, the version 8: together 12 bytes. */
const MAX_NUMBER = 2 ** 44 - 1;
const MAX_VERSION = 255;

const LETTER_V = 118;

/** The parts of an id before its random number, and their digits: the measurements of a beacon have the same ones. */
let lastPrefix = { text: "", packed: "" };

/**
 * The 24 hexadecimal digits of the 12 bytes for an id that web-vitals makes (`v6-1795394560724-8298155793737`); `null` for
 * any other id, which is stored as text. The bytes of one version sort like the texts.
 * @see https://github.com/GoogleChrome/web-vitals/blob/main/src/lib/generateUniqueID.ts
 */
export function packId(id: string): string | null {
  if (id.charCodeAt(0) !== LETTER_V || !WEB_VITALS_ID.test(id)) return null;
  const end = id.lastIndexOf("-");
  const random = Number(id.slice(end + 1));
  const prefix = id.slice(0, end);
  if (prefix !== lastPrefix.text) lastPrefix = { text: prefix, packed: packPrefix(prefix) };
  if (lastPrefix.packed === "" || random > MAX_NUMBER) return null;
  return lastPrefix.packed + random.toString(16).padStart(11, "0");
}

/** The digits of version and time (`v6-1795394560724`); empty when they have too many bits. */
function packPrefix(prefix: string): string {
  const [version = 0, time = 0] = prefix.slice(1).split("-").map(Number);
  if (version > MAX_VERSION || time > MAX_NUMBER) return "";
  return version.toString(16).padStart(2, "0") + time.toString(16).padStart(11, "0");
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
