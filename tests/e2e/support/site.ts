import type { IncomingMessage, ServerResponse } from "node:http";
import { startLoopbackServer } from "../../support/loopback-server";

/** Parts of a page under test. Attributes of the script's element have no `data-` prefix. */
export type PageParts = {
  head?: string;
  body?: string;
  script?: Record<string, string>;
  /** The rest of the script's tag, by default `async`. */
  scriptFlags?: string;
};

/** A web site of another origin than the cockpit, whose pages load the script. */
export type Site = {
  origin: string;
  /** Sets the page of a path, and returns its URL. */
  page(path: string, parts?: PageParts): string;
  /** Sets the handler of a path, and returns its URL. `html` is the page of these parts. */
  answer(path: string, parts: PageParts, answer: Answer): string;
  close(): Promise<void>;
};

export type Answer = (request: IncomingMessage, response: ServerResponse, html: string) => void;

const escapeAttribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

function render(scriptURL: string, { head = "", body = "", script = {}, scriptFlags = "async" }: PageParts) {
  const attributes = Object.entries(script)
    .map(([name, value]) => ` data-${name}="${escapeAttribute(value)}"`)
    .join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<link rel="icon" href="data:,">${head}
<script ${scriptFlags} src="${scriptURL}"${attributes}></script></head>
<body><h1>A heading that is painted</h1>${body}</body></html>`;
}

const SIDE = 200;

/** A bitmap of noise: Chromium ignores low-entropy images as LCP candidates. */
function noise(): Buffer {
  const header = Buffer.alloc(54);
  const pixels = Buffer.alloc(SIDE * SIDE * 3);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (state * 48_271) % 2_147_483_647;
    pixels[i] = state % 256;
  }
  header.write("BM");
  header.writeUInt32LE(header.length + pixels.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(SIDE, 18);
  header.writeInt32LE(SIDE, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

export async function startSite(scriptURL: string): Promise<Site> {
  const pages = new Map<string, { html: string; answer: Answer }>();
  const plain: Answer = (_request, response, html) =>
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html);
  const picture = noise();
  const server = await startLoopbackServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const page = pages.get(path);
    if (path === "/hero.bmp") response.writeHead(200, { "Content-Type": "image/bmp" }).end(picture);
    else if (page === undefined) response.writeHead(404).end();
    else page.answer(request, response, page.html);
  });
  const answer: Site["answer"] = (path, parts, answerPage) => {
    pages.set(path, { html: render(scriptURL, parts), answer: answerPage });
    return server.origin + path;
  };
  return {
    origin: server.origin,
    page: (path, parts = {}) => answer(path, parts, plain),
    answer,
    close: server.close,
  };
}
