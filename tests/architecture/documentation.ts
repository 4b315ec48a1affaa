import { proseLines } from "./markdown";

/** A variable as a document describes it; `default` is `null` where there is none. */
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

/** Width of the comments in .env.example. */
const COMMENT_WIDTH = 98;

/** `text` as comment lines, broken at spaces. */
function toComment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COMMENT_WIDTH) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(`# ${word}`);
    }
  }
  return lines.join("\n");
}

/** The entries of .env.example for these variables, ready to paste. */
export const toEnvExample = (variables: readonly DocumentedVariable[]): string =>
  variables
    .map(({ name, default: value, description }) => {
      const assignment = value === null ? `${name}=` : `# ${name}=${value}`;
      return `${toComment(description)}\n${assignment}`;
    })
    .join("\n\n");

/** The rows of tables that begin with a variable: | `NAME` | `default` or – | description |. */
export function parseConfigurationTable(document: string): DocumentedVariable[] {
  return [...document.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \| (?:–|`([^`]*)`) \| (.*) \|$/gm)].map(
    ([, name = "", value, description = ""]) => ({ name, default: value ?? null, description }),
  );
}

/** The table of these variables, ready to paste. */
export const toConfigurationTable = (variables: readonly DocumentedVariable[]): string =>
  [
    "| Variable | Default | Meaning |",
    "|---|---|---|",
    ...variables.map(
      (it) => `| \`${it.name}\` | ${it.default === null ? "–" : `\`${it.default}\``} | ${it.description} |`,
    ),
  ].join("\n");

/** The npm scripts that a text names with a command to run. */
export function mentionedScripts(text: string): Set<string> {
  const named = [...text.matchAll(/\bnpm (?:-s )?(?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)];
  return new Set(named.map(([, run, short]) => run ?? short ?? ""));
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Matches a URL's path of that route in running text; a parameter matches any segment. */
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

/** The code spans of a Markdown text. */
export const codeSpans = (text: string): Set<string> =>
  new Set(
    [
      ...proseLines(text)
        .join("\n")
        .matchAll(/`([^`\n]+)`/g),
    ].map(([, code = ""]) => code),
  );

/** Paths of this repository that a text names as code, such as `app/query/view`; globs and commands are not paths. */
export const mentionedPaths = (text: string): string[] =>
  [...codeSpans(text)].filter((code) => /^(?:app|prisma|tests|docs)\/[\w./()-]*$/.test(code));

/** Names of metrics in a text: those that its code spans begin with. */
export const mentionedMetrics = (text: string): Set<string> =>
  new Set([...codeSpans(text)].filter((code) => /^vitals_\w+$/.test(code)));

/** A metric's name without what its exposition appends to it. */
export const registeredName = (metric: string): string => metric.replace(/_(?:total|bucket|sum|count)$/, "");

/** The rows of the tables below a heading, cell by cell, without heads; to the next heading. */
export function tableRows(document: string, heading: string): string[][] {
  const lines = document.split("\n");
  const start = lines.indexOf(heading);
  const end = lines.findIndex((line, i) => i > start && /^#+ /.test(line));
  const section = start < 0 ? [] : lines.slice(start, end < 0 ? undefined : end);
  return section
    .filter((line, i) => line.startsWith("|") && !/^\|-/.test(line) && !/^\|-/.test(section[i + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}
