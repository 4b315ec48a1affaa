import { posix } from "node:path";

/** One link or image of a document. */
export type Link = { line: number; target: string };

const FENCE = /^\s*(?:```|~~~)/;

/** Each line of a document, empty inside of fenced code and on the fences. */
export function proseLines(text: string): string[] {
  let fenced = false;
  return text.split("\n").map((line) => {
    if (!FENCE.test(line)) return fenced ? "" : line;
    fenced = !fenced;
    return "";
  });
}

const withoutCode = (line: string): string => line.replace(/`[^`]*`/g, "");

/** The links and images of a document, also those in HTML. */
export function linksOf(text: string): Link[] {
  return proseLines(text).flatMap((line, index) =>
    [...withoutCode(line).matchAll(/\]\(([^()\s]+)\)|\b(?:src|href)="([^"]*)"/g)].map(
      ([, inline, attribute]) => ({ line: index + 1, target: inline ?? attribute ?? "" }),
    ),
  );
}

/** The fragment that GitHub gives a heading. */
export const slugOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .trim()
    .replaceAll(" ", "-");

/** The fragments of a document's headings; a repeated one gets a number, as on GitHub. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseLines(text)) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number += 1) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

const isExternal = (target: string): boolean => /^[a-z][a-z+.-]*:/i.test(target);

/** A link's file, from the root of the repository; `null` for a link that leaves it. */
export function linkedFile(document: string, target: string): string | null {
  if (isExternal(target)) return null;
  const [path = ""] = target.split("#");
  return path === "" ? document : posix.normalize(posix.join(posix.dirname(document), decodeURI(path)));
}

/**
 * The links of documents that lead nowhere: to a file that does not exist, or to a heading that its document does not
 * have.
 * @param documents text by path from the root
 * @param exists whether a path is a file or a folder of the repository
 */
export function brokenLinks(
  documents: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): string[] {
  return [...documents].flatMap(([document, text]) =>
    linksOf(text).flatMap(({ line, target }) => {
      const file = linkedFile(document, target);
      if (file === null) return [];
      const at = `${document}:${line}: ${target}`;
      if (!exists(file)) return [`${at} (no such file)`];
      const fragment = target.split("#")[1];
      if (fragment === undefined) return [];
      const linked = documents.get(file);
      return linked !== undefined && anchorsOf(linked).has(fragment) ? [] : [`${at} (no such heading)`];
    }),
  );
}

const WIDEST = 120;

/** Lines of prose that are too long to read in a diff; tables, images, HTML and code can't be broken. */
export const longLines = (text: string): number[] =>
  proseLines(text).flatMap((line, index) =>
    line.length > WIDEST && !/^\s*[|!<]/.test(line) && /\s/.test(line.trim().slice(0, WIDEST))
      ? [index + 1]
      : [],
  );
