import { readdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "../platform/env.server";
import { projectRoot } from "../platform/project-root";
import { service } from "./service.server";

/** The telemetry script of the pages, and its settings except the route. */
export type FaroScript = { src: string; url: string; name: string; environment: string };

/** The name contains a hash, because browsers cache static files for long. */
const FILE = /^faro-[\w-]+\.js$/;

let cached: FaroScript | null | undefined;

/**
 * `null` when FARO_URL is not set.
 * @throws Error when the script is not built
 */
export function faroScript(): FaroScript | null {
  cached ??= env().FARO_URL === null ? null : findScript(env().FARO_URL ?? "");
  return cached;
}

function findScript(url: string): FaroScript {
  const folder = join(projectRoot(), "public", "faro");
  const file = readdirSync(folder).find((name) => FILE.test(name));
  if (file === undefined) throw new Error(`${folder} holds no script; run "npm start", which builds it.`);
  const { name, environment } = service();
  return { src: `/faro/${file}`, url, name, environment };
}
