import { parseRoute } from "./parse-route";
import type { RoutePart, RouteParts } from "./route-parts";

/** What the signs of a canonical form are escaped as, where they are text. */
const escaped = (text: string): string => text.replace(/[[\]()\\]/g, "\\$&");

function textOf(part: RoutePart): string {
  switch (part.kind) {
    case "text":
      return `/${escaped(part.text)}`;
    case "one":
      return part.optional ? "/[[]]" : "/[]";
    case "rest":
      return part.optional ? "/[[...]]" : "/[...]";
    case "mixed":
      return `/${part.pieces.map((piece) => (piece === null ? "[]" : escaped(piece))).join("")}`;
    case "group":
      return `(${part.parts.map(textOf).join("")})`;
  }
}

/** The canonical form of a readable route. */
export const canonicalParts = (parts: RouteParts): string =>
  parts.length === 0 ? "/" : parts.map(textOf).join("");

/**
 * The form that all notations of one route share, for comparing: `/workspace/[]`, `/docs/[...]`, `/list/[[]]`, `/files/[].json`.
 * @returns for an unreadable route its text behind `=`, which no readable route starts with
 */
export function canonicalRoute(text: string): string {
  const parts = parseRoute(text);
  return parts === null ? `=${text}` : canonicalParts(parts);
}
