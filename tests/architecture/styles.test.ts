import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Lines of all stylesheets that are written by hand: the reset and the utilities are Tailwind's. */
const MAX_LINES = 300;

/** Bytes of the one stylesheet of all pages, as a server usually compresses it. */
const MAX_GZIP = 7_000;

/** What others write: packages, builds, data, and what begins with a dot. */
const NOT_OURS = /^(?:\.|(?:node_modules|build|public|data)$)/;

/** Paths from the root of the files with these endings, with their text. */
function filesOf(pattern: RegExp): Map<string, string> {
  const names = readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.test(name))
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      const inside = readdirSync(join(root, entry.name), { recursive: true, encoding: "utf8" });
      return inside.map((name) => `${entry.name}/${name.replaceAll("\\", "/")}`);
    })
    .filter((name) => pattern.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(root, name), "utf8")]));
}

const withoutComments = (css: string): string => css.replace(/\/\*.*?\*\//gs, "");

/** Each `!important` of a stylesheet, and each class that could be one of Tailwind's utilities. */
function faultsOf(css: string): string[] {
  const rules = withoutComments(css);
  const selectors = rules.replace(/\{[^{}]*\}|@[^{;]+[{;]/g, " ");
  const classes = [...selectors.matchAll(/\.(-?[a-z_][\w-]*)/gi)].map(([, name = ""]) => name);
  return [
    ...(rules.match(/!\s*important/gi) ?? []),
    ...classes.filter((name) => !/^(?:chart-|figure-|trend-|opens-|u-|is-live$)/.test(name)),
  ];
}

/** What stands in quotes in a component, word by word. */
function wordsOf(file: string, text: string): string[] {
  const words: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node))
      words.push(...node.text.split(/\s+/));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return words;
}

/** `!mt-0`, `sm:!mt-0` and `mt-0!`: utilities that outdo other rules. */
const isImportant = (word: string): boolean => /^(?:[^\s:]+:)*!-?[a-z[]|^-?[a-z][\w-]*-[\w.]+!$/.test(word);

describe("hand-written CSS", () => {
  const files = filesOf(/\.css$/);

  it(`has at most ${MAX_LINES} lines in all`, () => {
    expect([...files.keys()]).toContain("app/styles/base.css");
    const lines = [...files.values()].reduce((sum, text) => sum + text.trimEnd().split("\n").length, 0);
    expect(lines, [...files.keys()].join(", ")).toBeLessThanOrEqual(MAX_LINES);
  });

  it("has no !important, and no class that a utility could be called", () => {
    const faults = [...files].flatMap(([name, text]) => faultsOf(text).map((fault) => `${name}: ${fault}`));
    expect(faults).toEqual([]);
  });

  it.each([
    { name: "!important", css: "a { color: red !important; }" },
    { name: "! important in a query", css: "@media print { a { color: red ! IMPORTANT } }" },
    { name: "a utility's name", css: ".table { color: red; }" },
    {
      name: "a utility's name behind another selector",
      css: "@media print { main > .hidden { color: red; } }",
    },
  ])("is searched for $name", ({ css }) => {
    expect(faultsOf(css)).toHaveLength(1);
  });

  it("may say !important in a comment, and use decimal numbers", () => {
    expect(faultsOf("/* no !important, no .table */ .chart-line { opacity: 0.5; }")).toEqual([]);
  });
});

describe("components", () => {
  it("use no utility that outdoes other rules", () => {
    const files = filesOf(/^app\/(?:(?:components|islands|routes)\/.*|root)\.tsx?$/);
    const found = [...files].flatMap(([name, text]) =>
      wordsOf(name, text)
        .filter(isImportant)
        .map((word) => `${name}: ${word}`),
    );
    expect(found).toEqual([]);
  });

  it.each(["!mt-0", "sm:!mt-0", "hover:!-mt-2", "![color:red]", "mt-0!"])("are searched for %s", (word) => {
    expect(wordsOf("a.tsx", `<p className="flex ${word}" />`).filter(isImportant)).toEqual([word]);
  });
});

describe("the built stylesheet", () => {
  const folder = join(root, "public", "build", "_assets");

  it(`has at most ${MAX_GZIP} bytes when it is compressed`, () => {
    expect(existsSync(folder), "There is no build to weigh; npm run build makes one.").toBe(true);
    const sheets = readdirSync(folder).filter((name) => name.endsWith(".css"));
    expect(sheets).toHaveLength(1);
    expect(gzipSync(readFileSync(join(folder, sheets[0] ?? ""))).byteLength).toBeLessThanOrEqual(MAX_GZIP);
  });
});
