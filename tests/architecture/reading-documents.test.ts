import { describe, expect, it } from "vitest";
import {
  mentionedEndpoints,
  mentionedMetrics,
  mentionedPaths,
  mentionedScripts,
  parseConfigurationTable,
  parseEnvExample,
  registeredName,
  routePattern,
  toConfigurationTable,
  toEnvExample,
} from "./documentation";
import { anchorsOf, brokenLinks, linkedFile, linksOf, longLines, slugOf } from "./markdown";

const VARIABLES = [
  { name: "PORT", default: "3000", description: "The `port`." },
  { name: "TOKEN", default: null, description: "None." },
];

describe("parseEnvExample", () => {
  it("reads names, defaults and the comment above", () => {
    const text =
      "# Not a variable\n\n# Port.\n# Two lines.\n# PORT=3000\n\n# Nothing set.\nTOKEN=\n\n#BARE=1\n";
    expect(parseEnvExample(text)).toEqual([
      { name: "PORT", default: "3000", description: "Port. Two lines." },
      { name: "TOKEN", default: null, description: "Nothing set." },
      { name: "BARE", default: "1", description: "" },
    ]);
  });

  it("reads what toEnvExample writes, long descriptions too", () => {
    const long = { name: "LONG", default: null, description: "words ".repeat(60).trim() };
    expect(parseEnvExample(toEnvExample([...VARIABLES, long]))).toEqual([...VARIABLES, long]);
  });
});

describe("parseConfigurationTable", () => {
  it("reads what toConfigurationTable writes", () => {
    expect(parseConfigurationTable(`# Title\n\n${toConfigurationTable(VARIABLES)}\n`)).toEqual(VARIABLES);
  });
});

describe("mentionedScripts", () => {
  it("finds npm scripts in commands only", () => {
    const text =
      "`npm start`, `npm test -- unit`, `npm run -s export > file`, `npm run test:e2e`, npm restart";
    expect([...mentionedScripts(text)]).toEqual(["start", "test", "export", "test:e2e"]);
  });
});

describe("routePattern", () => {
  it.each([
    {
      name: "a parameter",
      route: "/vitals/:file",
      text: "cached at `/vitals/<hash>.js` for good",
      found: true,
    },
    { name: "a dot literally", route: "/vitals.js", text: "`<script src=…/vitalsXjs>`", found: false },
    { name: "no longer path", route: "/api/admin", text: "`GET /api/admin/releases`", found: false },
    { name: "a whole path", route: "/metrics", text: "`GET /metrics` and", found: true },
  ])("matches $name", ({ route, text, found }) => {
    expect(routePattern(route).test(text)).toBe(found);
  });
});

describe("mentionedEndpoints", () => {
  it("finds paths behind a method, without their queries", () => {
    expect(mentionedEndpoints("`GET /healthz?a=b` and `POST /api/x`; get /lost")).toEqual([
      "/healthz",
      "/api/x",
    ]);
  });
});

describe("mentionedMetrics", () => {
  it("finds metrics in code spans, outside of fenced code", () => {
    expect([...mentionedMetrics("`vitals_a_total` vitals_b `vitals_c`\n```\n`vitals_d`\n```\n")]).toEqual([
      "vitals_a_total",
      "vitals_c",
    ]);
  });

  it("has the registered name without the suffix of its exposition", () => {
    expect(["vitals_a_total", "vitals_b_seconds", "vitals_c_seconds_bucket"].map(registeredName)).toEqual([
      "vitals_a",
      "vitals_b_seconds",
      "vitals_c_seconds",
    ]);
  });
});

describe("mentionedPaths", () => {
  it("finds paths of the repository in code spans", () => {
    expect(mentionedPaths("`app/query/view` app/lost `app/*.ts` `node app/x.mjs` `prisma/sqlite`")).toEqual([
      "app/query/view",
      "prisma/sqlite",
    ]);
  });
});

describe("linksOf", () => {
  it("finds links, images and HTML attributes, outside of code", () => {
    const text = '[a](b.md#c) ![d](e.png)\n```\n[f](g)\n```\n`[h](i)` <img src="j.png">';
    expect(linksOf(text)).toEqual([
      { line: 1, target: "b.md#c" },
      { line: 1, target: "e.png" },
      { line: 5, target: "j.png" },
    ]);
  });
});

describe("anchorsOf", () => {
  it.each([
    { name: "words", heading: "Drop reasons", slug: "drop-reasons" },
    { name: "punctuation", heading: "Is this release worse?", slug: "is-this-release-worse" },
    { name: "apostrophes", heading: "The site's own origin", slug: "the-sites-own-origin" },
    { name: "code", heading: "Speed: `npm run bench`", slug: "speed-npm-run-bench" },
    { name: "links", heading: "[Map](x.md) of tests", slug: "map-of-tests" },
  ])("writes $name as GitHub does", ({ heading, slug }) => {
    expect(slugOf(heading)).toBe(slug);
  });

  it("numbers repeated headings and passes over fenced code", () => {
    expect([...anchorsOf("# A\n## A\n```\n# B\n```\n### A ###\n")]).toEqual(["a", "a-1", "a-2"]);
  });
});

describe("linkedFile", () => {
  it.each([
    { name: "a file beside the document", target: "b.md", file: "docs/b.md" },
    { name: "a file above it", target: "../README.md#x", file: "README.md" },
    { name: "the document itself", target: "#x", file: "docs/a.md" },
    { name: "another site", target: "https://example.org/a", file: null },
  ])("resolves $name", ({ target, file }) => {
    expect(linkedFile("docs/a.md", target)).toBe(file);
  });
});

describe("brokenLinks", () => {
  const documents = new Map([
    [
      "a.md",
      "# A\n[ok](b.md#b) [self](#a) [site](https://example.org)\n[lost](c.md) [wrong](b.md#c) [file](d.png)",
    ],
    ["b.md", "# B"],
  ]);

  it("names links without a file or a heading", () => {
    const exists = (path: string): boolean => ["a.md", "b.md", "d.png"].includes(path);
    expect(brokenLinks(documents, exists)).toEqual([
      "a.md:3: c.md (no such file)",
      "a.md:3: b.md#c (no such heading)",
    ]);
  });
});

describe("longLines", () => {
  it("names lines of prose that could be broken", () => {
    const long = "words ".repeat(30);
    expect(longLines(`${long}\n| ${long}|\n\`\`\`\n${long}\n\`\`\`\n${"x".repeat(200)}`)).toEqual([1]);
  });
});
