import { optionally, type RoutePart } from "./route-parts";

/** Names of files that a folder's route is in. */
const FOLDER_FILES: ReadonlySet<string> = new Set(["route", "index", "_index"]);

/** The segments of an id, which dots and slashes separate outside of brackets; brackets escape. */
function segmentsOf(id: string): string[] | null {
  const segments: string[] = [""];
  for (let i = 0; i < id.length; i += 1) {
    const character = id[i] ?? "";
    if (character === "." || character === "/") {
      segments.push("");
      continue;
    }
    let text = character;
    if (character === "[") {
      const close = id.indexOf("]", i + 2);
      if (close === -1) return null;
      text = `[${id.slice(i + 1, close)}]`;
      i = close;
    }
    segments[segments.length - 1] += text;
  }
  return segments;
}

/** A segment's text without the brackets that escape. */
const plain = (segment: string): string => segment.replace(/\[([^\]]*\]?)\]/g, "$1");

/** @returns `null` for what no file is named */
function parseSegment(segment: string): RoutePart[] | null {
  // A name with an underscore at its start is a layout; one at its end leaves the layout.
  if (segment === "" || segment.startsWith("_")) return [];
  const name = segment.endsWith("_") && segment.length > 1 ? segment.slice(0, -1) : segment;
  if (name === "$") return [{ kind: "rest", optional: false }];
  if (/^\$[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return [{ kind: "one", optional: false }];
  const [, suffix] = /^\$[\p{L}_][\p{L}\p{N}_-]*(\[.+)$/u.exec(name) ?? [];
  if (suffix !== undefined) return [{ kind: "mixed", pieces: [null, plain(suffix)] }];
  const [, optional] = /^\((.+)\)$/.exec(name) ?? [];
  if (optional !== undefined) {
    const parts = parseSegment(optional);
    return parts && optionally(parts);
  }
  return /[(){}<>*?#|^\\"`\p{Cc}]/u.test(plain(name)) ? null : [{ kind: "text", text: plain(name) }];
}

/**
 * The path of a route in a file, from the id that Remix and React Router give it, without `routes/`: `_shop.list.($lang)`.
 * @see https://remix.run/docs/en/main/file-conventions/routes
 */
export function parseFileRouteId(id: string): RoutePart[] | null {
  const segments = segmentsOf(id);
  if (segments === null) return null;
  if (id.includes("/") && FOLDER_FILES.has(segments.at(-1) ?? "")) segments.pop();
  const parts: RoutePart[] = [];
  for (const segment of segments) {
    const parsed = parseSegment(segment);
    if (parsed === null) return null;
    parts.push(...parsed);
  }
  return parts;
}
