import { closingBracket, isOpening } from "./brackets";
import { optionally, type RoutePart } from "./route-parts";
import { afterColon, inAngles, inBraces, inBrackets, type Value } from "./value";

/** What the segments of a route share. */
export type Notation = {
  /** Some segment starts with `:id`, so that a colon within a segment starts a value as well. */
  colons: boolean;
  /** Some segment is `$id`, as in TanStack Router, whose `_layout` is no part of a path. */
  dollars: boolean;
};

/** A value of a segment, and the index behind it. */
type Match = { value: Value; end: number };

/** Characters that are text in no notation, and in no path. */
const NO_TEXT = /[[\](){}<>*?#|^\\"`\p{Cc}]/u;

/** `Foo_(bar)` in a path: parentheses that only a text has. */
const TEXT_IN_PARENTHESES = /^\([\p{L}\p{N} _,.'&-]+\)/u;

/** A group of routes, as folders of Next.js, SvelteKit, Expo and TanStack Router have it: no part of the path. */
const GROUP = /^\([\p{L}\p{N}_][\p{L}\p{N} _,.&-]*\)$/u;
const SLOT = /^@[\p{L}_][\p{L}\p{N}_-]*$/u;
const LAYOUT = /^_[\p{L}][\p{L}\p{N}_-]*$/u;
/** A segment of TanStack Router that leaves the layout of its name. */
const UNNESTED = /^[\p{L}\p{N}][\p{L}\p{N}_-]*_$/u;

/** `*`, `**`, `*splat`, `(.*)` as a whole segment, and `$` of Remix and TanStack Router. */
const REST = /^(?:\*{1,2}(?:[\p{L}_$][\p{L}\p{N}_$-]*)?\??|\(\.[*+]\)|\$)$/u;

/** Whole segments that file-based routers and client-side routers have, and others don't. */
const COLON_WITH_HYPHENS = /^:[\p{L}_][\p{L}\p{N}_]*(?:-[\p{L}\p{N}_]+)+(\??)$/u;
const DOLLAR = /^\$[\p{L}_][\p{L}\p{N}_-]*(?:<[^/]*>)?$/u;
/** Remix and Rails. */
const IN_PARENTHESES = /^\([$:][\p{L}_][\p{L}\p{N}_-]*\)$/u;

const isWordBefore = (text: string, index: number): boolean =>
  index > 0 && /[\p{L}\p{N}_})\]>]/u.test(text[index - 1] ?? "");

/** The value that starts at a colon; `null` where the colon is text. */
function colonAt(segment: string, start: number): Match | null {
  const [, name = ""] = /^:([\p{L}_][\p{L}\p{N}_]*|"[^"/]+")/u.exec(segment.slice(start)) ?? [];
  if (name === "") return null;
  let end = start + 1 + name.length;
  let constraint: string | null = null;
  if (/[({<]/.test(segment[end] ?? "") && !/^(?:\(\.|\{[.-]):/.test(segment.slice(end))) {
    const close = closingBracket(segment, end);
    if (close === -1) return null;
    constraint = segment.slice(end + 1, close);
    end = close + 1;
  }
  const [modifier = ""] = /^[?*+]/.exec(segment.slice(end)) ?? [];
  return { value: afterColon(constraint, modifier), end: end + modifier.length };
}

const READERS: Readonly<Record<string, (content: string) => Value | null>> = {
  "[": inBrackets,
  "{": inBraces,
  "<": inAngles,
  // Rails' optional suffix.
  "(": (content) => (/^\.:\w+$/.test(content) ? { kind: "suffix" } : null),
};

/** The value, or text in brackets, at a bracket; `null` where no notation has it. */
function bracketAt(segment: string, start: number): Match | null {
  const close = closingBracket(segment, start);
  if (close === -1) return null;
  const content = segment.slice(start + 1, close);
  const value = READERS[segment[start] ?? ""]?.(content) ?? null;
  if (value !== null) return { value, end: close + 1 };
  const [text] = (start > 0 && TEXT_IN_PARENTHESES.exec(segment.slice(start))) || [];
  return text === undefined ? null : { value: { kind: "text", text }, end: close + 1 };
}

/** Text and values of a segment, in turn. */
type Pieces = Array<string | Exclude<Value, { kind: "text" }>>;

/** @returns `null` for a segment that no notation has */
function piecesOf(segment: string, { colons }: Notation): Pieces | null {
  const pieces: Pieces = [];
  const addText = (text: string): void => {
    const last = pieces.at(-1);
    if (typeof last === "string") pieces[pieces.length - 1] = last + text;
    else pieces.push(text);
  };
  for (let i = 0; i < segment.length; ) {
    const character = segment[i] ?? "";
    // Fastify escapes a colon by another one.
    if (segment.startsWith("::", i)) {
      addText(":");
      i += 2;
      continue;
    }
    const match = isOpening(character)
      ? bracketAt(segment, i)
      : character === ":" && (colons || !isWordBefore(segment, i))
        ? colonAt(segment, i)
        : null;
    if (match === null) {
      if (NO_TEXT.test(character)) return null;
      addText(character);
      i += 1;
      continue;
    }
    if (match.value.kind === "text") addText(match.value.text);
    else pieces.push(match.value);
    i = match.end;
  }
  return pieces;
}

function partsOfPieces(pieces: Pieces): RoutePart[] | null {
  const last = pieces.at(-1);
  if (typeof last === "object" && last.kind === "suffix") return partsOfPieces(withoutSuffix(pieces));
  const [first] = pieces;
  if (first === undefined) return [];
  if (pieces.length > 1) return mixed(pieces);
  if (typeof first === "string") return [{ kind: "text", text: first }];
  switch (first.kind) {
    case "one":
    case "rest":
      return [{ kind: first.kind, optional: first.optional }];
    case "repeat":
      return Array.from({ length: first.count }, () => ({ kind: "one", optional: false }));
    case "end":
      return [];
    case "suffix":
      return null;
  }
}

const withoutSuffix = (pieces: Pieces): Pieces => pieces.slice(0, -1);

/** Values side by side, and several segments within one, are unreadable. */
function mixed(pieces: Pieces): RoutePart[] | null {
  const parts: Array<string | null> = [];
  for (const [i, piece] of pieces.entries()) {
    if (typeof piece === "string") {
      parts.push(piece);
      continue;
    }
    const isLast = i === pieces.length - 1;
    if (piece.kind !== "one" || parts.at(-1) === null) return null;
    if (!piece.optional) {
      parts.push(null);
      continue;
    }
    // `{name}.{format?}`: the value before it holds both.
    if (!isLast || parts.at(-1) !== "." || parts.length < 2) return null;
    parts.pop();
  }
  if (parts.length === 1) return parts[0] === null ? [{ kind: "one", optional: false }] : null;
  return [{ kind: "mixed", pieces: parts }];
}

/**
 * Parses the text between two slashes.
 * @returns no parts for groups, slots and layouts, which paths don't have; `null` for what no notation has
 */
export function parseSegment(segment: string, notation: Notation): RoutePart[] | null {
  if (GROUP.test(segment) || SLOT.test(segment)) return [];
  if (notation.dollars && LAYOUT.test(segment)) return [];
  if (REST.test(segment)) return [{ kind: "rest", optional: segment.endsWith("?") }];
  if (DOLLAR.test(segment)) return [{ kind: "one", optional: false }];
  if (IN_PARENTHESES.test(segment)) return [{ kind: "one", optional: true }];
  const hyphens = COLON_WITH_HYPHENS.exec(segment);
  if (hyphens !== null) return [{ kind: "one", optional: hyphens[1] === "?" }];
  const text = notation.dollars && UNNESTED.test(segment) ? segment.slice(0, -1) : segment;
  const pieces = piecesOf(text, notation);
  if (pieces !== null) return partsOfPieces(pieces);
  // React Router: a text that may be absent.
  const [, optional] = /^([^?]+)\?$/.exec(segment) ?? [];
  return optional === undefined || NO_TEXT.test(optional)
    ? null
    : optionally([{ kind: "text", text: optional }]);
}
