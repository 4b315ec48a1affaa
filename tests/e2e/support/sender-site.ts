import { build } from "esbuild";
import { startLoopbackServer } from "../../support/loopback-server";
import { projectRoot } from "./project";
import { type Site, startSite } from "./site";

export type SenderSite = Site & {
  /** Returns the URL of a page with a heading, a button that blocks the main thread, and the program. */
  program(path: string, source: string): Promise<string>;
};

/** Bundles a program and its imports for browsers. */
export async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: projectRoot, loader: "jsx" },
    bundle: true,
    jsx: "automatic",
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** How long the button blocks the main thread, in ms. */
export const BUSY = 60;

const BUTTON = `<button>Work</button><div id="root"></div><script>
  document.querySelector("button").addEventListener("click", function () {
    const end = performance.now() + ${BUSY};
    while (performance.now() < end);
    this.textContent = "Done";
  });
</script>`;

export async function startSenderSite(): Promise<SenderSite> {
  const programs = new Map<string, string>();
  const scripts = await startLoopbackServer((request, response) => {
    const program = programs.get(request.url ?? "");
    response
      .writeHead(program === undefined ? 404 : 200, { "Content-Type": "text/javascript; charset=utf-8" })
      .end(program);
  });
  const site = await startSite(`${scripts.origin}/none.js`);
  programs.set("/none.js", "");
  return {
    ...site,
    async program(path, source) {
      const script = `${path.replaceAll("/", "-")}.js`;
      programs.set(`/${script}`, await bundle(source));
      return site.page(path, {
        scriptFlags: "",
        head: `<script defer src="${scripts.origin}/${script}"></script>`,
        body: BUTTON,
      });
    },
    async close() {
      await site.close();
      await scripts.close();
    },
  };
}
