import { builtinModules } from "node:module";
import { posix } from "node:path";
import { type Import, parseSource, type SourceFiles } from "./source-files";

/**
 * Which folder of `app/` may import which. What is not here is forbidden. Every folder may import itself, but
 * for routes. `(root)` are the files that stand in `app/` itself.
 */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  vitals: [],
  platform: [],
  // Runs before there is a build, so it stands alone.
  setup: [],
  tracker: [],
  // Style sheets only.
  styles: [],
  server: ["platform"],
  stats: ["vitals"],
  storage: ["platform", "vitals", "stats"],
  // The write side and the read side meet only at the tables in storage.
  ingest: ["platform", "server", "vitals", "stats", "storage"],
  rollup: ["platform", "vitals", "stats", "storage"],
  query: ["platform", "vitals", "stats", "storage"],
  presenters: ["vitals", "stats", "query", "grafana", "profiling"],
  grafana: ["vitals", "query"],
  components: ["vitals", "presenters"],
  islands: ["vitals", "presenters"],
  auth: ["platform", "server", "storage"],
  observability: ["platform", "server", "storage", "vitals", "grafana"],
  profiling: ["platform"],
  // The only composition: which parts this process has.
  runtime: stages(),
  routes: [...stages(), "runtime"],
  collector: [...stages(), "runtime"],
  cli: [...stages(), "runtime", "cli"],
  "(root)": [...stages(), "runtime"],
};

function stages(): readonly string[] {
  const folders = [
    "vitals",
    "platform",
    "server",
    "stats",
    "storage",
    "ingest",
    "rollup",
    "query",
    "presenters",
  ];
  return [...folders, "components", "islands", "grafana", "observability", "profiling", "auth"];
}

/** The one import that no folder has: the set-up builds the browser script. */
const ALLOWED_BY_NAME: ReadonlySet<string> = new Set(["app/setup/build.mjs -> app/tracker/build.mjs"]);

/** Packages that only one folder may import. */
const PACKAGES_OF_ONE: ReadonlyArray<{ package: RegExp; folder: string }> = [
  { package: /^(?:@prisma\/|prisma$|better-sqlite3$|pg$)/, folder: "storage" },
  { package: /^uplot(?:\/|$)/, folder: "islands" },
];

/** No I/O of their own, and none in what they import. */
const PURE: readonly string[] = ["vitals", "stats", "presenters", "grafana"];

/** Runs in browsers. */
const BROWSER: readonly string[] = ["islands", "tracker"];
const isBrowserCode = (file: string): boolean =>
  (BROWSER.includes(folderOf(file)) && !file.endsWith(".mjs")) || /^app\/entry\.client\./.test(file);

/**
 * Plain JavaScript that runs before there is a build, and so can't call platform/env and platform/clock: the
 * launcher with its parts, and what Node loads in front of the program. Their settings are the same variables,
 * and the documentation's test finds them in here too.
 */
export const BEFORE_THE_BUILD: ReadonlySet<string> = new Set([
  "app/setup/launch.mjs",
  "app/setup/setup.mjs",
  "app/setup/install.mjs",
  "app/setup/build.mjs",
  "app/setup/run-process.mjs",
  "app/setup/server-command.mjs",
  "app/server/preload.mjs",
  "app/server/collector-preload.mjs",
  "app/server/start-process.mjs",
  "app/server/server-lifecycle.mjs",
  "app/server/base-path.mjs",
  "app/server/client-address.mjs",
  "app/server/security-headers.mjs",
]);

const mayRead = {
  "process.env": (file: string) => /^app\/platform\/env[.-]/.test(file) || BEFORE_THE_BUILD.has(file),
  clock: (file: string) =>
    /^app\/platform\/clock[.-]/.test(file) || BEFORE_THE_BUILD.has(file) || BROWSER.includes(folderOf(file)),
};

const GENERATED = /^app\/storage\/generated\//;
const MAX_LINES = 300;
const MAX_ROUTE_LINES = 120;
const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:server|client|env|d))*\.(?:ts|tsx|mjs|mts)$/;

export type Violation = { file: string; line: number; problem: string };

function folderOf(file: string): string {
  const [, folder, ...rest] = file.split("/");
  return rest.length === 0 ? "(root)" : (folder ?? "");
}

const builtins: ReadonlySet<string> = new Set(builtinModules);
const isBuiltin = (specifier: string): boolean => specifier.startsWith("node:") || builtins.has(specifier);
const isServerOnly = (file: string): boolean => /\.server(?:\.[a-z]+)?$/.test(file);

/** The file that a relative import means; a path without an extension when it is not among the sources. */
function resolve(sources: SourceFiles, importer: string, specifier: string): string {
  const path = posix.normalize(posix.join(posix.dirname(importer), specifier));
  const candidates = [
    path,
    `${path}.ts`,
    `${path}.tsx`,
    `${path}.mjs`,
    `${path}/index.ts`,
    `${path}/index.tsx`,
  ];
  return candidates.find((candidate) => sources.has(candidate)) ?? path;
}

/** Why a file may not import that other file of this project, or `null`. */
function arrowProblem(importer: string, imported: string): string | null {
  if (ALLOWED_BY_NAME.has(`${importer} -> ${imported}`)) return null;
  if (!imported.startsWith("app/")) return `imports ${imported}, outside of app/`;
  const from = folderOf(importer);
  const to = folderOf(imported);
  if (/^app\/entry\.client\./.test(importer) && !["islands", "observability"].includes(to)) {
    return `imports ${imported}: the browser's entry imports islands and observability only`;
  }
  if (from === to) {
    return from === "routes" ? `imports ${imported}: a route imports no other route` : null;
  }
  if (ALLOWED[from] === undefined) return `is in app/${from}, which has no place in the layout`;
  return ALLOWED[from].includes(to) ? null : `imports ${imported}: ${from} may not import ${to}`;
}

/** Why a file may not import that package, or `null`. */
function packageProblem(importer: string, specifier: string): string | null {
  const folder = folderOf(importer);
  const owner = PACKAGES_OF_ONE.find((rule) => rule.package.test(specifier));
  if (owner !== undefined && owner.folder !== folder) {
    return `imports ${specifier}: only ${owner.folder} may`;
  }
  if (isBuiltin(specifier) && (PURE.includes(folder) || isBrowserCode(importer))) {
    return `imports ${specifier}: ${PURE.includes(folder) ? `${folder} is pure` : "it runs in browsers"}`;
  }
  return null;
}

/** Set-up runs before packages are installed: what needs one is imported when it is reached. */
const loadsTooEarly = (importer: string, { specifier, typeOnly, dynamic }: Import): boolean =>
  folderOf(importer) === "setup" &&
  !typeOnly &&
  !dynamic &&
  specifier !== null &&
  !specifier.startsWith("./") &&
  !isBuiltin(specifier);

function importProblem(sources: SourceFiles, importer: string, one: Import): string | null {
  const { specifier } = one;
  if (specifier === null) {
    return "imports what is computed: no test can see where it leads";
  }
  if (loadsTooEarly(importer, one)) return `imports ${specifier} at once: no package is installed yet`;
  if (!specifier.startsWith(".")) return packageProblem(importer, specifier);
  const imported = resolve(sources, importer, specifier);
  const kept =
    PURE.includes(folderOf(importer)) || isBrowserCode(importer) || folderOf(importer) === "components";
  if (kept && isServerOnly(imported)) {
    return `imports ${imported}: ${folderOf(importer)} takes values, and never what does I/O`;
  }
  return arrowProblem(importer, imported);
}

/** What a file drags in at run time, with the way that leads there; types are gone by then. */
function reachedIo(sources: SourceFiles, graph: Graph, start: string): string | null {
  const seen = new Set([start]);
  const waiting = [[start]];
  for (let way = waiting.shift(); way !== undefined; way = waiting.shift()) {
    const file = way.at(-1) ?? start;
    for (const { specifier, typeOnly } of graph.get(file) ?? []) {
      if (typeOnly || specifier === null) continue;
      const imported = specifier.startsWith(".") ? resolve(sources, file, specifier) : specifier;
      const io = specifier.startsWith(".") ? isServerOnly(imported) : isBuiltin(imported);
      if (io && way.length > 1) return [...way.slice(1), imported].join(" -> ");
      if (!sources.has(imported) || seen.has(imported)) continue;
      seen.add(imported);
      waiting.push([...way, imported]);
    }
  }
  return null;
}

type Graph = ReadonlyMap<string, readonly Import[]>;

function fileProblems(file: string, text: string): string[] {
  const name = posix.basename(file);
  const lines = text.trimEnd().split("\n").length;
  const isRoute = folderOf(file) === "routes";
  return [
    ...(lines > MAX_LINES ? [`has ${lines} lines; ${MAX_LINES} at most`] : []),
    ...(isRoute && lines > MAX_ROUTE_LINES
      ? [`has ${lines} lines; a route has ${MAX_ROUTE_LINES} at most`]
      : []),
    // In Node 20 its timeouts can be lost.
    ...(text.includes("AbortSignal.any(") ? ["composes signals: platform/deadline does"] : []),
    ...(/^index\.\w+$/.test(name) ? ["is a barrel: import from the file that has it"] : []),
    // The names of routes are their URLs.
    ...(isRoute || FILE_NAME.test(name) ? [] : ["is not named in kebab-case"]),
  ];
}

/**
 * Circles of imports, types included, each as the files on it. Every file of a circle is reachable from every
 * other, so one is reported a start.
 */
function circlesIn(sources: SourceFiles, graph: Graph): string[][] {
  const finished = new Set<string>();
  const circles: string[][] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      circles.push([...path.slice(start), file]);
      return;
    }
    if (finished.has(file)) return;
    for (const { specifier } of graph.get(file) ?? []) {
      if (specifier?.startsWith(".")) visit(resolve(sources, file, specifier), [...path, file]);
    }
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}

/** Everything in `sources` (all of `app/`) that breaks a rule of the layout. */
export function findViolations(sources: SourceFiles): Violation[] {
  const violations: Violation[] = [];
  const graph = new Map<string, readonly Import[]>();
  for (const [file, text] of sources) {
    if (GENERATED.test(file)) continue;
    const add = (line: number, problem: string | null) => {
      if (problem !== null) violations.push({ file, line, problem });
    };
    const { imports, readings } = parseSource(file, text);
    graph.set(file, imports);
    for (const one of imports) add(one.line, importProblem(sources, file, one));
    for (const { line, what } of readings) {
      if (mayRead[what](file)) continue;
      add(
        line,
        what === "clock" ? "reads the time: only platform/clock may" : `reads ${what}: only platform/env may`,
      );
    }
    for (const problem of fileProblems(file, text)) add(1, problem);
  }
  for (const [file = "", ...rest] of circlesIn(sources, graph)) {
    violations.push({ file, line: 1, problem: `imports itself: ${[file, ...rest].join(" -> ")}` });
  }
  for (const file of graph.keys()) {
    if (!PURE.includes(folderOf(file)) && !isBrowserCode(file)) continue;
    const way = reachedIo(sources, graph, file);
    if (way !== null) violations.push({ file, line: 1, problem: `reaches I/O through ${way}` });
  }
  return violations;
}
