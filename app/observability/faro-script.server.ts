import { readdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "../platform/env.server";
import { projectRoot } from "../platform/project-root";
import { service } from "./service.server";

/** The script by which pages tell of themselves, and what it is told but for the page's route. */
export type FaroScript = { src: string; url: string; name: string; environment: string };

/** Named by its content, because static files are cached. */
const FILE = /^faro-[\w-]+\.js$/;

let known: FaroScript | null | undefined;

/**
 * `null` when FARO_URL is not set.
 * @throws Error when the script was not built
 */
export function faroScript(): FaroScript | null {
  known ??= env().FARO_URL === null ? null : findScript(env().FARO_URL ?? "");
  return known;
}

function findScript(url: string): FaroScript {
  const folder = join(projectRoot(), "public", "faro");
  const file = readdirSync(folder).find((name) => FILE.test(name));
  if (file === undefined) throw new Error(`${folder} holds no script; run "npm start", which builds it.`);
  const { name, environment } = service();
  return { src: `/faro/${file}`, url, name, environment };
}
