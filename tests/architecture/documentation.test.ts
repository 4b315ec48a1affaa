import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENVIRONMENT_VARIABLES } from "../../app/platform/env.server";
import {
  mentionedEndpoints,
  mentionedScripts,
  parseConfigurationTable,
  parseEnvExample,
  routePattern,
  toConfigurationTable,
} from "./documentation";
import { BEFORE_THE_BUILD } from "./layout-rules";

const root = join(import.meta.dirname, "..", "..");
const read = (file: string): string =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
const readme = read("README.md");
const declared = ENVIRONMENT_VARIABLES.map((variable) => ({ ...variable }));

/** Set by npm, Node's conventions and Remix; nobody configures a cockpit with them. */
const NOT_SETTINGS = ["NODE_ENV", "npm_execpath", "npm_lifecycle_event", "REMIX_DEV_ORIGIN"];

describe("configuration", () => {
  test("README's table has the declared variables, in their order", () => {
    expect(
      parseConfigurationTable(readme),
      `README.md needs this table:\n\n${toConfigurationTable(declared)}\n`,
    ).toEqual(declared);
  });

  test(".env.example has them too, each under a comment", () => {
    const variables = parseEnvExample(read(".env.example"));
    expect(variables.map((it) => [it.name, it.default])).toEqual(declared.map((it) => [it.name, it.default]));
    expect(variables.filter(({ description }) => description === "")).toEqual([]);
  });

  test("what runs before the build reads declared variables only", () => {
    const names = [...BEFORE_THE_BUILD].flatMap((file) =>
      [...read(file).matchAll(/process\.env\.(\w+)/g)].map(([, name = ""]) => name),
    );
    const known = [...NOT_SETTINGS, ...declared.map(({ name }) => name)];
    expect([...new Set(names)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("commands", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);

  test("README says what every npm script does, and names no other", () => {
    expect([...mentionedScripts(readme)].sort()).toEqual(scripts.sort());
  });
});

/** The URLs of the files in app/routes, as Remix's own convention reads them. */
function routeUrls(): string[] {
  const { flatRoutes } = createRequire(import.meta.url)("@remix-run/dev/dist/config/flat-routes.js");
  type Route = { id: string; path?: string; parentId?: string };
  const routes: Record<string, Route> = flatRoutes(join(root, "app"), ["**/.*"]);
  const urlOf = (route: Route | undefined): string =>
    route === undefined ? "" : urlOf(routes[route.parentId ?? ""]) + (route.path ? `/${route.path}` : "");
  return [...new Set(Object.values(routes).map((route) => urlOf(route) || "/"))];
}

describe("URLs", () => {
  const urls = routeUrls();

  test("README names every URL", () => {
    expect(urls).toContain("/healthz");
    expect(urls.filter((url) => !routePattern(url).test(readme))).toEqual([]);
  });

  test("README names no endpoint that does not exist", () => {
    const patterns = urls.map((url) => new RegExp(`^${routePattern(url).source}$`));
    const unknown = mentionedEndpoints(readme).filter(
      (path) => !patterns.some((pattern) => pattern.test(path)),
    );
    expect(unknown).toEqual([]);
  });
});

describe("the reading of documents", () => {
  test("a .env.example", () => {
    const text =
      "# Not a variable\n\n# Port.\n# Two lines.\n# PORT=3000\n\n# Nothing set.\nTOKEN=\n\n#BARE=1\n";
    expect(parseEnvExample(text)).toEqual([
      { name: "PORT", default: "3000", description: "Port. Two lines." },
      { name: "TOKEN", default: null, description: "Nothing set." },
      { name: "BARE", default: "1", description: "" },
    ]);
  });

  test("a table, as it is written too", () => {
    const variables = [
      { name: "PORT", default: "3000", description: "The `port`." },
      { name: "TOKEN", default: null, description: "None." },
    ];
    expect(parseConfigurationTable(`# Title\n\n${toConfigurationTable(variables)}\n`)).toEqual(variables);
  });

  test("scripts", () => {
    const text = "`npm start`, `npm test -- unit`, `npm run -s export > file`, `npm run dev`, npm restart";
    expect([...mentionedScripts(text)]).toEqual(["start", "test", "export", "dev"]);
  });

  test("URLs", () => {
    expect(routePattern("/vitals/:file").test("cached at `/vitals/<hash>.js` for good")).toBe(true);
    expect(routePattern("/vitals.js").test("`<script src=…/vitalsXjs>`")).toBe(false);
    expect(routePattern("/api/admin").test("`GET /api/admin/releases`")).toBe(false);
    expect(routePattern("/metrics").test("`GET /metrics` and")).toBe(true);
    expect(mentionedEndpoints("`GET /healthz?a=b` and `POST /api/x`; get /lost")).toEqual([
      "/healthz",
      "/api/x",
    ]);
  });
});
