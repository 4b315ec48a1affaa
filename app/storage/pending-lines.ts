import type { Engine } from "./engine";
import type { PendingReports } from "./pending";
import type { PendingKind, PendingKinds } from "./pending-kinds";

const TAB = 9;
const ZERO = 48;
const NINE = 57;

/** Numbers of more digits are not exact when their digits are added up. */
const MOST_DIGITS = 15;

/** Lines have at least this many characters. */
const SHORTEST_LINE = 16;

/** Parsed lines; the kinds of some are missing: their texts, and the numbers of their reports. */
export type ParsedReports = {
  reports: PendingReports & { kinds: PendingKind[] };
  unknown: Map<string, number[]>;
};

/**
 * Parses the lines of `selectPending`, character by character: parts of texts would cost more than the rest of a fold's
 * parsing.
 * @param known kinds by the ends of lines
 */
export function parseReports(
  { pendingFraction }: Pick<Engine["measurements"], "pendingFraction">,
  lines: string,
  known: Pick<PendingKinds, "get">,
  isDense: boolean,
): ParsedReports {
  const most = Math.ceil(lines.length / SHORTEST_LINE);
  const kinds: PendingKind[] = [];
  const receivedAt = new Float64Array(most);
  const values = new Float64Array(most);
  const folded = new Float64Array(most);
  const unchanged = new Uint8Array(most);
  const ends = new Int32Array(most);
  const unknown = new Map<string, number[]>();

  let at = 0;
  /** The number between `at` and the next tab; NaN for none. Afterwards `at` is behind the tab. */
  const nextNumber = (fraction: number): number => {
    const from = at;
    let number = 0;
    for (;;) {
      const code = lines.charCodeAt(at);
      if (!(code >= ZERO && code <= NINE)) break;
      number = 10 * number + (code - ZERO);
      at += 1;
    }
    const digits = at - from;
    if (lines.charCodeAt(at) === TAB && digits > 0 && digits <= MOST_DIGITS) {
      at += 1;
      return number / fraction;
    }
    const tab = lines.indexOf("\t", at);
    at = tab + 1;
    if (tab === from) return Number.NaN;
    const text = lines.slice(from, tab);
    return text.includes(".") ? Number(text) : Number(text) / fraction;
  };

  let length = 0;
  for (; at < lines.length; length += 1) {
    receivedAt[length] = nextNumber(1);
    values[length] = nextNumber(pendingFraction);
    folded[length] = nextNumber(pendingFraction);
    unchanged[length] = lines.charCodeAt(at) - ZERO;
    // Behind the tab after it, and the one after the key.
    const kindAt = lines.indexOf("\t", at + 2) + 1;
    const newline = lines.indexOf("\n", kindAt);
    const end = newline === -1 ? lines.length : newline;
    const text = lines.slice(kindAt, end);
    const kind = known.get(text);
    if (kind === undefined) {
      const numbers = unknown.get(text);
      if (numbers === undefined) unknown.set(text, [length]);
      else numbers.push(length);
    }
    kinds.push(kind as PendingKind);
    ends[length] = end;
    at = end + 1;
  }
  return {
    reports: { length, kinds, receivedAt, values, folded, unchanged, lines, ends, isDense },
    unknown,
  };
}
