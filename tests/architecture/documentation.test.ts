import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DROP_REASONS } from "../../app/ingest/drop-reasons";
import { ENVIRONMENT_VARIABLES } from "../../app/platform/env.server";
import { CSV_TABLES } from "../../app/presenters/format/links";
import { DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { CHANGE_REASONS, NO_COMPARISON_REASONS, VERDICTS, WINDOW_KINDS } from "../../app/vitals/comparison";
import { PARTS } from "../bench/parts";
import { routeUrls } from "../support/route-urls";
import {
  codeSpans,
  mentionedEndpoints,
  mentionedMetrics,
  mentionedPaths,
  mentionedScripts,
  parseConfigurationTable,
  parseEnvExample,
  registeredName,
  routePattern,
  tableRows,
  toConfigurationTable,
  toEnvExample,
} from "./documentation";
import { BEFORE_THE_BUILD } from "./layout-rules";
import { brokenLinks, linkedFile, linksOf, longLines } from "./markdown";
import { readSources } from "./source-files";

const root = join(import.meta.dirname, "..", "..");
const read = (file: string): string =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";

const DOCS = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .map((name) => `docs/${name.replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith(".md"))
  .sort();
const GUIDES = ["README.md", ".github/CONTRIBUTING.md", "tests/README.md", ...DOCS];
const documents: ReadonlyMap<string, string> = new Map(
  [...GUIDES, "CHANGELOG.md", "findings/README.md"].map((file) => [file, read(file)]),
);
const guides = GUIDES.map(read).join("\n");
const declared = ENVIRONMENT_VARIABLES.map((variable) => ({ ...variable }));

/** Variables of npm, Node and Remix that a cockpit reads and nobody configures it with. */
const NOT_SETTINGS = ["NODE_ENV", "npm_execpath", "npm_lifecycle_event", "REMIX_DEV_ORIGIN"];

/** The names that a document does not have as code. */
const missing = (document: string, names: readonly string[]): string[] => {
  const spans = codeSpans(read(document));
  return names.filter((name) => !spans.has(name));
};

describe("configuration", () => {
  it("is in docs/configuration.md: every variable of the schema, in its order", () => {
    expect(
      parseConfigurationTable(read("docs/configuration.md")),
      `docs/configuration.md needs these rows:\n\n${toConfigurationTable(declared)}\n`,
    ).toEqual(declared);
  });

  it("is in .env.example: the same variables with the same words", () => {
    expect(
      parseEnvExample(read(".env.example")),
      `.env.example needs these entries:\n\n${toEnvExample(declared)}\n`,
    ).toEqual(declared);
  });

  it("is declared for what runs before the build", () => {
    const names = [...BEFORE_THE_BUILD].flatMap((file) =>
      [...read(file).matchAll(/process\.env\.(\w+)/g)].map(([, name = ""]) => name),
    );
    expect(names).toContain("ENV_FILE");
    const known = [...NOT_SETTINGS, ...declared.map(({ name }) => name)];
    expect([...new Set(names)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("npm scripts", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts).sort();

  it("are all in the guides, and the guides name no other", () => {
    expect([...mentionedScripts(guides)].sort()).toEqual(scripts);
  });

  it("that start a shipped command are in README's own table", () => {
    const commands = scripts.filter(
      (name) => !/^(?:dev|test|fuzz|torture|bench|lint|format|typecheck|validate)\b/.test(name),
    );
    const named = mentionedScripts(read("README.md"));
    expect(commands.filter((name) => !named.has(name))).toEqual([]);
  });
});

describe("benchmarks", () => {
  const document = read("docs/benchmarks.md");
  const parts = Object.entries(PARTS);

  it("are in docs/benchmarks.md: every part in its order, whether it runs by default, and its title", () => {
    expect(tableRows(document, "### Parts")).toEqual(
      parts.map(([name, { isDefault, title }]) => [`\`${name}\``, isDefault ? "yes" : "", title]),
    );
  });

  it("have targets for every part that runs by default", () => {
    const measured = new Set(tableRows(document, "### Targets").map(([part]) => part));
    expect([...measured].sort()).toEqual(
      parts.flatMap(([name, { isDefault }]) => (isDefault ? `\`${name}\`` : [])).sort(),
    );
  });
});

describe("URLs", () => {
  const urls = routeUrls(root);

  it("are all in docs/url-and-json.md, with a method", () => {
    expect(urls).toContain("/healthz");
    const named = mentionedEndpoints(read("docs/url-and-json.md"));
    const isNamed = (url: string): boolean =>
      named.some((path) => new RegExp(`^${routePattern(url).source}$`).test(path));
    expect(urls.filter((url) => !isNamed(url))).toEqual([]);
  });

  it("exist where a guide names them", () => {
    const patterns = urls.map((url) => new RegExp(`^${routePattern(url).source}$`));
    const unknown = mentionedEndpoints(guides).filter((path) => !patterns.some((it) => it.test(path)));
    expect(unknown).toEqual([]);
  });

  it("have every parameter of the cockpit in docs/url-and-json.md", () => {
    const { compare, ...others } = DEFAULT_QUERY;
    expect(missing("docs/url-and-json.md", [...Object.keys(others), "compare", ...CSV_TABLES])).toEqual([]);
    expect(compare).toBeNull();
  });
});

describe("names in the documentation", () => {
  const sources = [...readSources(root, "app").values()].join("\n");
  const metrics = [...new Set([...sources.matchAll(/"(vitals_[a-z0-9_]+)"/g)].map(([, name = ""]) => name))];

  it("has every metric in docs/operations.md, and no other", () => {
    expect(metrics).toContain("vitals_beacons");
    const documented = [...mentionedMetrics(read("docs/operations.md"))].map(registeredName);
    expect([...new Set(documented)].sort()).toEqual(metrics.sort());
  });

  it("names no metric in any guide that does not exist", () => {
    const named = [...mentionedMetrics(guides)].map(registeredName);
    expect(named.filter((name) => !metrics.includes(name))).toEqual([]);
  });

  it("has every drop reason in docs/wire-formats.md", () => {
    expect(missing("docs/wire-formats.md", DROP_REASONS)).toEqual([]);
  });

  it("has every verdict, window and reason of a comparison in docs/comparison.md", () => {
    const names = [...VERDICTS, ...WINDOW_KINDS, ...CHANGE_REASONS, ...NO_COMPARISON_REASONS];
    expect(missing("docs/comparison.md", names)).toEqual([]);
  });

  it("names no path that does not exist", () => {
    const paths = mentionedPaths(guides);
    expect(paths).toContain("app/storage");
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("documents", () => {
  it("has links that lead to files and headings", () => {
    expect(brokenLinks(documents, (path) => existsSync(join(root, path)))).toEqual([]);
  });

  it("has no line of prose over 120 characters", () => {
    const long = [...documents].flatMap(([file, text]) => longLines(text).map((line) => `${file}:${line}`));
    expect(long).toEqual([]);
  });

  it("keeps the README within 220 lines", () => {
    expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(220);
  });

  it("leads from README to every page about using the cockpit, in one step", () => {
    const linked = new Set(linksOf(read("README.md")).map(({ target }) => linkedFile("README.md", target)));
    const pages = DOCS.filter((file) => !file.startsWith("docs/decisions/"));
    const forContributors = ["docs/benchmarks.md"];
    expect(pages.filter((page) => !linked.has(page) && !forContributors.includes(page))).toEqual([]);
    const gate = linksOf(read("README.md")).some(({ target }) => target.endsWith("#the-gate-for-pipelines"));
    expect(gate).toBe(true);
  });

  it("has every page in an index", () => {
    const indexes = ["docs/README.md", "docs/decisions/README.md"];
    const linked = new Set(
      indexes.flatMap((index) => linksOf(read(index)).map(({ target }) => linkedFile(index, target))),
    );
    expect(DOCS.filter((page) => !indexes.includes(page) && !linked.has(page))).toEqual([]);
  });

  it("gives each decision a number, a status, a context, a decision and consequences", () => {
    const records = DOCS.filter((file) => /^docs\/decisions\/\d/.test(file));
    expect(records.length).toBeGreaterThanOrEqual(12);
    const form = (number: string): RegExp =>
      new RegExp(
        `^# ${number} .+\\n\\nStatus: \\w.+\\n[^]*\\n## Context\\n[^]*\\n## Decision\\n[^]*\\n## Consequences\\n`,
      );
    expect(
      records.filter((file) => {
        const number = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1];
        return number === undefined || !form(number).test(read(file));
      }),
    ).toEqual([]);
    const numbers = records.map((file) => file.slice("docs/decisions/".length).slice(0, 4));
    expect(new Set(numbers).size).toBe(records.length);
  });
});
