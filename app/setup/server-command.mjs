// @ts-check
// The command that serves the built application, for the launcher, the tests and the benchmarks.

/** Node's arguments for every process of the application. */
export const PRELOAD = /** @type {const} */ ([
  "--enable-source-maps",
  "--import",
  "./app/server/preload.mjs",
]);

/**
 * The arguments of Node for the collector, from the project's folder.
 * @param {readonly string[]} [imports] further modules to load before it
 * @returns {string[]}
 */
export const collectorCommand = (imports = []) => [
  // Half of Node's default: 18 MB less at the same processor time. With a quarter, a beacon needs a fifth more.
  "--max-semi-space-size=8",
  "--enable-source-maps",
  "--import",
  "./app/server/collector-preload.mjs",
  ...imports.flatMap((module) => ["--import", module]),
  "build/collector.js",
];

/**
 * The arguments of Node, from the project's folder.
 * @param {readonly string[]} [imports] further modules to load before the application
 * @returns {string[]}
 */
export const serverCommand = (imports = []) => [
  // Filters are in the URL, and a page's own links can get near Node's default of 16 KiB for all headers.
  "--max-http-header-size=65536",
  ...PRELOAD,
  ...imports.flatMap((module) => ["--import", module]),
  "node_modules/@remix-run/serve/dist/cli.js",
  "build/index.js",
];
