/** The path of a `file:` URL, or its problem as the predicate of a sentence. */
export type SqliteUrl = { path: string } | { problem: string };

/** Parameters of Prisma's engine without effect here: the cockpit has one connection for writes anyway. */
const IGNORED_PARAMETERS = new Set(["connection_limit"]);

/**
 * Parses `file:./data/vitals.db` as Prisma does: parameters follow a `?`, and the path is percent-decoded.
 * @returns the path, absolute or relative as in the URL
 */
export function parseSqliteUrl(url: string): SqliteUrl {
  const [, rest = ""] = /^file:(?:\/\/(?:localhost(?=\/))?)?(.*)$/s.exec(url) ?? [];
  const [encoded = "", search = ""] = rest.split(/\?(.*)/s);
  const unknown = [...new URLSearchParams(search).keys()].find((name) => !IGNORED_PARAMETERS.has(name));
  if (unknown !== undefined) {
    return { problem: `has the parameter ${unknown.slice(0, 40)}, which the cockpit does not know` };
  }
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    return { problem: "has a percent sign that encodes nothing; write %25 for a percent sign in a name" };
  }
  if (path === "" || path.includes("\0")) return { problem: FORM };
  if (path === ":memory:" || path.startsWith("memory:")) {
    return { problem: "must be a file: a database in memory is lost at the end" };
  }
  if (path.startsWith("~"))
    return { problem: "begins with ~, which only a shell replaces; write the whole path" };
  if (/[\\/]$/.test(path)) return { problem: "names a folder; it must name a file in it" };
  return { path };
}

const FORM = 'must be a SQLite file such as "file:./data/vitals.db"';

/** The `file:` URL of a path; encodes its special characters. */
export const sqliteUrl = (path: string): string => `file:${path.replace(/[%?]/g, encodeURIComponent)}`;
