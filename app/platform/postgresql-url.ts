/** The parts of a `postgres:` URL, or its problem as the predicate of a sentence. */
export type PostgresqlUrl =
  | {
      host: string;
      port: number;
      user: string;
      database: string;
      /** Most connections of a process. */
      connections: number;
      /** For the driver: without the parameters that only the cockpit knows. */
      connectionString: string;
    }
  | { problem: string };

const DEFAULT_CONNECTIONS = 10;

/** One for a fold, one for a commit, one for reads. */
const FEWEST_CONNECTIONS = 3;

/** Parameters of Prisma's engine that mean nothing here. */
const IGNORED_PARAMETERS = ["pgbouncer", "pool_timeout", "connect_timeout"];

export const isPostgresqlUrl = (url: string): boolean => /^postgres(?:ql)?:/i.test(url);

/** Parses `postgres://user:password@host:5432/database?sslmode=verify-full&connection_limit=10`. */
export function parsePostgresqlUrl(text: string): PostgresqlUrl {
  if (!URL.canParse(text) || !/^postgres(?:ql)?:\/\//i.test(text)) return { problem: FORM };
  const url = new URL(text);
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  if (database === null || user === null || decoded(url.password) === null) {
    return { problem: "has a percent sign that encodes nothing; write %25 for a percent sign" };
  }
  if (database === "" || database.includes("/")) return { problem: `names no database; it ${FORM}` };
  if (url.searchParams.has("schema")) {
    return { problem: "has the parameter schema; set the search_path of the user in PostgreSQL" };
  }
  const limit = url.searchParams.get("connection_limit") ?? String(DEFAULT_CONNECTIONS);
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < FEWEST_CONNECTIONS) {
    return { problem: `has a connection_limit that is no number from ${FEWEST_CONNECTIONS}` };
  }
  for (const name of [...IGNORED_PARAMETERS, "connection_limit"]) url.searchParams.delete(name);
  return {
    // A folder of a Unix socket stands in a parameter.
    host: url.searchParams.get("host") ?? (url.hostname || "localhost"),
    port: Number(url.searchParams.get("port") ?? (url.port || 5432)),
    user,
    database,
    connections: Number(limit),
    connectionString: url.href,
  };
}

const FORM = 'must be a URL such as "postgres://user:password@host:5432/database"';

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A URL without user, password and parameters, for messages and logs; other URLs as they are. */
export function withoutSecrets(url: string): string {
  if (!isPostgresqlUrl(url)) return url;
  const parsed = parsePostgresqlUrl(url);
  return "problem" in parsed
    ? "postgres:"
    : `postgres://${parsed.host}:${parsed.port}/${encodeURIComponent(parsed.database)}`;
}
