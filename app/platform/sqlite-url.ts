/** The file of a `file:` URL, or what is wrong with the URL, as the end of a sentence. */
export type SqliteUrl = { path: string } | { problem: string };

/** What Prisma's own engine reads and the cockpit has no need of: it has one connection that writes anyway. */
const WITHOUT_EFFECT = new Set(["connection_limit"]);

/**
 * Reads `file:./data/vitals.db` as Prisma does: what follows a `?` are parameters, and the path is percent-decoded.
 * @returns the path as the URL has it, absolute or relative
 */
export function parseSqliteUrl(url: string): SqliteUrl {
  const [, rest = ""] = /^file:(?:\/\/(?:localhost(?=\/))?)?(.*)$/s.exec(url) ?? [];
  const [encoded = "", search = ""] = rest.split(/\?(.*)/s);
  const unknown = [...new URLSearchParams(search).keys()].find((name) => !WITHOUT_EFFECT.has(name));
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

/** The `file:` URL of a path, whatever characters it has. */
export const sqliteUrl = (path: string): string => `file:${path.replace(/[%?]/g, encodeURIComponent)}`;
