const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };
const CLOSERS: ReadonlySet<string> = new Set(Object.values(CLOSING));

/** Deeper brackets are no route. */
const MAX_DEPTH = 8;

/**
 * The index of the bracket that closes the one at `start`; a backslash escapes the character behind it.
 * @returns -1 where brackets are not in pairs, or nested deeper than any notation needs
 */
export function closingBracket(text: string, start: number): number {
  const open: string[] = [];
  for (let i = start; i < text.length; i += 1) {
    const character = text[i] ?? "";
    if (character === "\\") {
      i += 1;
      continue;
    }
    const closing = CLOSING[character];
    if (closing !== undefined) {
      if (open.length === MAX_DEPTH) return -1;
      open.push(closing);
    } else if (CLOSERS.has(character)) {
      if (open.pop() !== character) return -1;
      if (open.length === 0) return i;
    }
  }
  return -1;
}

export const isOpening = (character: string): boolean => CLOSING[character] !== undefined;
