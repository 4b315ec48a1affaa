/** A variable as a document shows it; the default is `null` where there is none. */
export type DocumentedVariable = { name: string; default: string | null; description: string };

/**
 * The variables of a .env.example: `# NAME=default` (or without `#`), with the comment above as description.
 * Nothing after `=` means no default.
 */
export function parseEnvExample(text: string): DocumentedVariable[] {
  const variables: DocumentedVariable[] = [];
  let comment: string[] = [];
  for (const line of text.split("\n")) {
    const variable = /^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    if (variable !== null) {
      const [, name = "", value = ""] = variable;
      variables.push({ name, default: value === "" ? null : value, description: comment.join(" ") });
    }
    comment = variable === null && line.startsWith("#") ? [...comment, line.replace(/^# ?/, "")] : [];
  }
  return variables;
}

/** The rows of README's table that begin with a variable: | `NAME` | `default` or – | description |. */
export function parseConfigurationTable(readme: string): DocumentedVariable[] {
  return [...readme.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \| (?:–|`([^`]*)`) \| (.*) \|$/gm)].map(
    ([, name = "", value, description = ""]) => ({ name, default: value ?? null, description }),
  );
}

/** The table as README must have it, to be pasted. */
export const toConfigurationTable = (variables: readonly DocumentedVariable[]): string =>
  [
    "| Variable | Default | Meaning |",
    "|---|---|---|",
    ...variables.map(
      (it) => `| \`${it.name}\` | ${it.default === null ? "–" : `\`${it.default}\``} | ${it.description} |`,
    ),
  ].join("\n");

/** The npm scripts that a text tells its reader to run. */
export function mentionedScripts(text: string): Set<string> {
  const named = [...text.matchAll(/\bnpm (?:-s )?(?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)];
  return new Set(named.map(([, run, short]) => run ?? short ?? ""));
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Matches a URL's path of that route in running text; a parameter may be written as the writer likes. */
export function routePattern(route: string): RegExp {
  const path = route
    .split("/")
    .map((segment) => (segment.startsWith(":") || segment === "*" ? "[^/\\s`]+" : literally(segment)))
    .join("/");
  return new RegExp(`(?<![\\w/.-])${path}(?![\\w/-])`);
}

/** The paths that a text names with a method, such as `GET /healthz`, without their queries. */
export const mentionedEndpoints = (text: string): string[] =>
  [...text.matchAll(/\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^\s`?)"']*)/g)].map(([, path = ""]) => path);
