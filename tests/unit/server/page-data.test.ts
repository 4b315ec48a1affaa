import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pageData } from "../../../app/server/page-data";

const routes = join(import.meta.dirname, "..", "..", "..", "app", "routes");

/** Remix's own encoder, as it is installed. */
async function encode(value: unknown): Promise<string> {
  const remix = createRequire(import.meta.url).resolve("@remix-run/server-runtime");
  const turbo = createRequire(remix)("turbo-stream") as {
    encode: (value: unknown) => ReadableStream<Uint8Array>;
  };
  return new Response(turbo.encode(value)).text();
}

describe("pageData", () => {
  it("passes the page on the server, and nothing of it to the encoder of Remix", async () => {
    const page = { title: "Performance", rows: [{ route: "/secret" }] };
    const loaded = pageData(page);
    expect(loaded.page).toBe(page);
    expect(await encode({ loaderData: { a: page } })).toContain("/secret");
    expect(await encode({ loaderData: { a: loaded } })).not.toMatch(/secret|Performance|page/);
  });

  it("is what every page returns that reads its loader's or its action's data", () => {
    const pages = readdirSync(routes)
      .map((name) => ({ name, text: readFileSync(join(routes, name), "utf8") }))
      .filter(({ text }) => /\buse(?:Loader|Action)Data\b/.test(text));
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.filter(({ text }) => !text.includes("pageData(")).map(({ name }) => name)).toEqual([]);
  });
});
