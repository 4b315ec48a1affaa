/**
 * One element of a route, from left to right. A segment is what stands between two slashes; a value is what differs from
 * request to request.
 */
export type RoutePart =
  /** A segment of text, decoded as the route has it. */
  | { kind: "text"; text: string }
  /** A segment that is one value. */
  | { kind: "one"; optional: boolean }
  /** One or more segments; none as well where optional. */
  | { kind: "rest"; optional: boolean }
  /** A segment of text and values (`null`), such as `@[user]`. */
  | { kind: "mixed"; pieces: ReadonlyArray<string | null> }
  /** Segments that are all there or all absent, and not a single value. */
  | { kind: "group"; parts: readonly RoutePart[] };

/** A readable route. No parts: the start page. */
export type RouteParts = readonly RoutePart[];

/** Whether a route has no values, so that its path is always the same. */
export const isStatic = (parts: RouteParts): boolean => parts.every(({ kind }) => kind === "text");

/** Makes parts optional, in the form that the notations share. */
export function optionally(parts: RouteParts): RoutePart[] {
  const [first, ...more] = parts;
  if (first === undefined) return [];
  if (more.length === 0 && (first.kind === "one" || first.kind === "rest")) {
    return [{ kind: first.kind, optional: true }];
  }
  return more.length === 0 && first.kind === "group" ? [first] : [{ kind: "group", parts }];
}

/** A route without the path in front of all routes of its site, where it starts with it. */
export function withoutBase(parts: RouteParts, base: RouteParts): RouteParts {
  const startsWithBase = base.every((part, i) => {
    const own = parts[i];
    return part.kind === "text" && own?.kind === "text" && own.text === part.text;
  });
  return startsWithBase ? parts.slice(base.length) : parts;
}
