import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PAGE_NAMES, type PageName } from "./site-pages";
import type { Trace } from "./traceql/evaluator";

const FOLDER = "tests/fixtures/spans";

const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const span = z.strictObject({
  parent: z.union([z.number(), z.literal("remote"), z.null()]),
  kind: z.enum(["internal", "server", "client"]),
  name: z.string(),
  status: z.enum(["unset", "ok", "error"]),
  ms: z.number().nonnegative(),
  attributes,
});

const head = z.strictObject({
  setUp: z.string(),
  origin: z.literal("recorded"),
  date: z.iso.date(),
  node: z.string(),
  packages: z.record(z.string(), z.string()),
  with: z.string(),
  notation: z.string(),
  prefix: z.string().optional(),
  basePath: z.string().optional(),
  resource: z.record(z.string(), z.string()),
});

const request = z.strictObject({
  page: z.enum(PAGE_NAMES).nullable(),
  path: z.string(),
  answer: z.number(),
  traces: z.array(z.array(span)),
});

/** A request and its traces; `page` is `null` where no page answered. */
export type RecordedRequest = { page: PageName | null; path: string; traces: readonly Trace[] };

export type SetUp = {
  name: string;
  /** `written`: from documentation, not recorded. */
  origin: "recorded" | "written";
  /** How the set-up's own framework writes its routes; a key of `NOTATIONS`, or `path` where it has no notation. */
  notation: string;
  /** Path in front of every route of the site, which is part of the routes. */
  prefix: string;
  /** Path in front of every page, which is no part of the routes. */
  basePath: string;
  requests: readonly RecordedRequest[];
};

/** Reads a file of `tests/fixtures/spans`: a line about the set-up, then one line for each request. */
function readSetUp(file: string): SetUp {
  const [first, ...lines] = readFileSync(join(FOLDER, file), "utf8")
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  const { setUp, origin, notation, prefix = "", basePath = "", resource } = head.parse(first);
  return {
    name: setUp,
    origin,
    notation,
    prefix,
    basePath,
    requests: lines.map((line) => {
      const { page, path, traces } = request.parse(line);
      return { page, path, traces: traces.map((spans) => ({ resource, spans })) };
    }),
  };
}

/** All recorded set-ups. */
export const recordedSetUps = (): SetUp[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".ndjson"))
    .sort()
    .map(readSetUp);
