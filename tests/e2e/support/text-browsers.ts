import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Around each text of a page. */
export const [BEGIN, END] = ["⟪", "⟫"] as const;

/** A tag, a comment, or an element whose text no page shows as it is. */
const UNMARKED = /<(script|style|title|textarea|option)\b.*?<\/\1>|<!--.*?-->|<[^>]*>/gs;

/** The HTML with marks around each text between two tags. */
export function markTexts(html: string): string {
  let end = 0;
  let marked = "";
  const mark = (text: string): string =>
    text.trim() === "" ? text : text.replace(/^(\s*)(.*?)(\s*)$/s, `$1${BEGIN}$2${END}$3`);
  for (const { index, 0: part } of html.matchAll(UNMARKED)) {
    marked += mark(html.slice(end, index)) + part;
    end = index + part.length;
  }
  return marked + mark(html.slice(end));
}

/** Letters, digits and marks; two of them without a space between are read as one value. */
const VALUE = String.raw`[\p{L}\p{N}%≈·–●■▲↑↓…+±<>]`;
const TOUCHING = new RegExp(`${BEGIN}([^${END}]*${VALUE})${END}${BEGIN}(${VALUE}[^${END}]*)${END}`, "gsu");

/** Pairs of texts of a marked page that touch: `0.08|177`. */
export const touchingTexts = (marked: string): string[] =>
  [...marked.matchAll(TOUCHING)].map(([, before, after]) => `${before}|${after}`);

/** What a text browser shows of a page. */
export async function dump(browser: "w3m" | "lynx" | "links2", html: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "text-browser-"));
  const file = join(folder, "page.html");
  await writeFile(file, html);
  const wide = {
    w3m: ["-I", "UTF-8", "-O", "UTF-8", "-cols", "200", "-dump", file],
    lynx: ["-assume_charset=utf-8", "-display_charset=utf-8", "-width=200", "-dump", file],
    links2: ["-html-assume-codepage", "utf-8", "-codepage", "utf-8", "-width", "200", "-dump", file],
  };
  const { stdout } = await run(browser, wide[browser], { maxBuffer: 16e6, env: environment(folder) });
  await rm(folder, { recursive: true });
  return stdout;
}

const environment = (home: string) => ({ ...process.env, HOME: home, TERM: "xterm", LANG: "C.UTF-8" });

/** w3m with a home of its own, whose cookies last from one call to the next. */
export class W3m {
  constructor(readonly home: string) {}

  /** @param form sent by POST, as from a page's form */
  async open(url: string, form: Record<string, string> | null = null): Promise<string> {
    const post = join(this.home, "post");
    if (form !== null) await writeFile(post, new URLSearchParams(form).toString());
    const args = ["-cookie", "-o", "accept_cookie=1", "-I", "UTF-8", "-O", "UTF-8", "-cols", "200"];
    const { stdout } = await run("w3m", [...args, ...(form === null ? [] : ["-post", post]), "-dump", url], {
      maxBuffer: 16e6,
      env: environment(this.home),
    });
    return stdout;
  }
}

/**
 * A session of lynx at a terminal.
 * @param keys single characters, and lynx's names of others: `Down Arrow`, `^J`
 * @returns everything that it drew, without the terminal's control sequences
 */
export async function driveLynx(home: string, url: string, keys: readonly string[]): Promise<string> {
  const script = join(home, "keys");
  const lines = [...keys, "q", "y"].map((key) => `key ${key === " " ? "<space>" : key}\n`);
  await writeFile(script, lines.join(""));
  const lynx = `stty rows 60 cols 160; exec lynx -accept_all_cookies -nopause -cmd_script=${script} '${url}'`;
  const child = spawn("script", ["-qec", lynx, "/dev/null"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: environment(home),
  });
  let drawn = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    drawn += text;
  });
  await once(child, "close");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's control sequences begin with one
  return drawn.replace(/\u001b(?:\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9])/g, " ").replace(/\s+/g, " ");
}
