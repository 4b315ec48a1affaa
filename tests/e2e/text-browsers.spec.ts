import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { isInstalled } from "../apt.mjs";
import { TEXT_BROWSERS } from "../text-browsers.mjs";
import { PASSWORD } from "./support/cockpit";
import { expect, test } from "./support/compared-test";
import { BEGIN, driveLynx, dump, END, markTexts, touchingTexts, W3m } from "./support/text-browsers";
import { RELEASES } from "./support/two-releases";

const HOME = "/admin/performance";
const PAGES = {
  "the cockpit": HOME,
  "the cockpit while comparing": `${HOME}?compare=previous`,
  "the p95 of another metric": `${HOME}?compare=previous&metric=CLS&percentile=95&range=7d`,
  "a route while comparing": `${HOME}/route?route=%2Fcheckout&compare=previous`,
  "a route": `${HOME}/route?route=%2Fdocs%2F%5Bslug%5D`,
  "an unknown route": `${HOME}/route?route=%2Fnowhere`,
  "the releases": `${HOME}/releases`,
  "a view without data": `${HOME}?from=2020-01-01&to=2020-01-02&device=toaster&release=9.9.9&compare=8.8.8`,
  "sessions and tokens": "/admin/access",
  "the links to Grafana": "/admin/performance/grafana",
  "the profiles": "/admin/profiling",
  "a page that does not exist": "/admin/nowhere",
};

const htmlOf = async (page: Page, path: string): Promise<string> => (await page.request.get(path)).text();

for (const [name, path] of Object.entries(PAGES)) {
  for (const browser of TEXT_BROWSERS) {
    test(`no two values touch in ${browser}: ${name}`, async ({ page }) => {
      test.skip(!isInstalled(browser), `${browser} is not installed`);
      const text = await dump(browser, markTexts(await htmlOf(page, path)));
      expect(text).toContain(BEGIN);
      expect(touchingTexts(text)).toEqual([]);
    });
  }

  test(`no two values touch aloud, or in a copied selection: ${name}`, async ({ page }) => {
    await page.goto(path);
    expect(await touchingNames(page)).toEqual([]);
    expect(touchingTexts(await markedSelection(page))).toEqual([]);
  });
}

test("the table of routes has slower and faster as words, each after its figure", async ({ page }) => {
  const html = await htmlOf(page, `${HOME}?compare=previous`);
  const [own = ""] = /aria-label="Table of routes">(<table.*?<\/table>)/s.exec(html) ?? [];
  for (const program of TEXT_BROWSERS.filter(isInstalled)) {
    const text = (await dump(program, own)).replace(/\s+/g, " ");
    expect(text, program).toMatch(/\/checkout .*? s [\d,]+ \+\d+% ↑ slower/);
    expect(text, program).toMatch(/\/search .*? s [\d,]+ -\d+% ↓ faster/);
  }
});

test("no two values touch on the sign-in form", async ({ browser, cockpit }) => {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const html = await (await context.request.get(`${cockpit.origin}/login`)).text();
  for (const program of TEXT_BROWSERS.filter(isInstalled)) {
    expect(touchingTexts(await dump(program, markTexts(html))), program).toEqual([]);
  }
  await context.close();
});

test.describe("on an empty database", () => {
  test.use({ empty: true });

  test("no two values touch on the first page", async ({ page }) => {
    const html = await htmlOf(page, HOME);
    for (const program of TEXT_BROWSERS.filter(isInstalled)) {
      expect(touchingTexts(await dump(program, markTexts(html))), program).toEqual([]);
    }
  });
});

test("the check finds values that touch", async () => {
  test.skip(!isInstalled("w3m"), "w3m is not installed");
  const html = "<p>0.08<small>177</small></p><p>p75 <b>2.1</b> s</p><p>a<span>)</span></p>";
  expect(touchingTexts(await dump("w3m", markTexts(html)))).toEqual(["0.08|177"]);
});

test("a card's link is called by its metric, and the chart's labels are no text", async ({ page }) => {
  await page.goto(`${HOME}?compare=previous`);
  const cards = page.getByRole("navigation", { name: "Web Vitals" });
  await expect(cards.getByRole("link")).toHaveText(["INP", "LCP", "CLS", "FCP", "TTFB"]);
  await expect(cards.getByRole("listitem").filter({ hasText: "LCP" })).toContainText("p75");
  expect(await page.locator("svg").allTextContents()).toEqual(
    (await page.locator("svg").all()).map(() => ""),
  );
});

test.describe("a session", () => {
  let home: string;
  test.beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "text-browser-"));
  });
  test.afterEach(() => rm(home, { recursive: true }));

  test("of w3m signs in, filters, sorts and pages, without an Origin", async ({ cockpit }) => {
    test.skip(!isInstalled("w3m"), "w3m is not installed");
    const w3m = new W3m(home);
    const open = (path: string) => w3m.open(cockpit.origin + path);
    expect(await open(HOME)).toContain("Password");
    const signedIn = await w3m.open(`${cockpit.origin}/login`, { password: PASSWORD, next: HOME });
    expect(signedIn).toContain(`current release ${RELEASES.current}`);
    // Exactly what the form sends: all fields, empty ones too.
    const form = {
      ...{ range: "24h", release: "all", compare: "previous", device: "mobile", navigation: "load" },
      ...{ percentile: "75", from: "", to: "" },
    };
    const filtered = await open(`${HOME}?${new URLSearchParams(form)}`);
    expect(filtered).toContain("Mobile devices");
    expect(filtered).toContain(`against ${RELEASES.baseline}`);
    expect(filtered).not.toMatch(/can't be/);
    const routes = (text: string) =>
      [...text.matchAll(/^\s*(\/[\w[\]/]+)\s+[\d,]+ /gm)].map(([, route]) => route);
    expect(routes(await open(`${HOME}?sort=route&order=asc`))).toEqual([
      "/checkout",
      "/docs/[slug]",
      "/rare",
      "/search",
    ]);
    expect(routes(await open(`${HOME}?sort=views`))[0]).toBe("/docs/[slug]");
    expect(await open(`${HOME}?page=2`)).toContain("page can't be “2”; 1 was used.");
  });

  test("of lynx signs in, filters and sorts by its keys", async ({ cockpit }) => {
    test.skip(!isInstalled("lynx") || !isInstalled("script"), "lynx or script is not installed");
    const find = (text: string) => ["/", ...text, "^J"];
    const drawn = await driveLynx(home, cockpit.origin + HOME, [
      // Past the field with the account's name.
      ...["Down Arrow", ...PASSWORD, "Down Arrow", "^J"],
      ...[...find("7d"), "^J"],
      ...[...find("Apply"), "^J"],
      // The column's heading.
      ...[...find("Impact"), "^J"],
      ...[...find("Releases"), "^J"],
    ]);
    expect(drawn).toContain(`current release ${RELEASES.current}`);
    expect(drawn).toContain("range=7d&release=all&compare=&device=all&navigation=load&percentile=75");
    expect(drawn).toMatch(/[?&]sort=/);
    expect(drawn).toContain("Releases, the newest first");
    expect(drawn).not.toMatch(/HTTP\/1\.1 [45]/);
  });
});

/** Texts that touch in the accessible name of anything on the page. */
async function touchingNames(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const textsOf = (id: string): string[] => {
    const node = byId.get(id);
    if (node === undefined) return [];
    if (node.role?.value === "StaticText") return [String(node.name?.value ?? "").trim()];
    return (node.childIds ?? []).flatMap(textsOf);
  };
  return nodes.flatMap(({ nodeId, name, role }) => {
    if (name?.value === undefined || role?.value === "StaticText" || role?.value === "RootWebArea") return [];
    const texts = textsOf(nodeId).filter((text) => text !== "");
    return texts.flatMap((text, i) => {
      const next = texts[i + 1];
      if (next === undefined || !String(name.value).includes(text + next)) return [];
      return touchingTexts(`${BEGIN}${text}${END}${BEGIN}${next}${END}`);
    });
  });
}

/** What is copied when everything is selected, with marks around each text. */
const markedSelection = (page: Page): Promise<string> =>
  page.evaluate(
    ([begin, end]) => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        if (text.data.trim() !== "")
          text.data = text.data.replace(/^(\s*)(.*?)(\s*)$/s, `$1${begin}$2${end}$3`);
      }
      const selection = getSelection();
      selection?.selectAllChildren(document.body);
      return selection?.toString() ?? "";
    },
    [BEGIN, END] as const,
  );
