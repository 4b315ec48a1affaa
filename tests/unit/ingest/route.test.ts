import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseRoute, pathOf } from "../../../app/ingest/route";
import { examples } from "../../support/measurements";

const route = (path: string, ...rules: string[]): string => normaliseRoute(path, rules);

describe("pathOf", () => {
  it.each([
    ["https://shop.example/workspace/42?token=a#top", "/workspace/42"],
    ["https://user:password@shop.example/a", "/a"],
    ["https://shop.example", "/"],
    ["/workspace/42?x#y", "/workspace/42"],
    ["//other.example/a", "/a"],
    ["a/b", "/a/b"],
    ["?x=1", "/"],
    ["/a/../b/./c", "/b/c"],
    ["file:///home/me/index.html", "/home/me/index.html"],
    ["capacitor://localhost/tabs/home", "/tabs/home"],
    ["HTTPS://SHOP.EXAMPLE/Case", "/Case"],
    ["/with space/ü", "/with%20space/%C3%BC"],
  ])("returns the path of %s: %s", (url, path) => {
    expect(pathOf(url)).toBe(path);
  });

  it.each([
    "https://",
    "http://[",
    "http://a b/",
    "about:blank",
    "about:srcdoc",
    "data:text/html,<p>",
    "mailto:a@b",
  ])("returns null for %s", (url) => {
    expect(pathOf(url)).toBeNull();
  });
});

describe("normaliseRoute", () => {
  it.each([
    ["numbers", "/workspace/42", "/workspace/[id]"],
    ["a zero", "/0", "/[id]"],
    ["several of them", "/a/1/b/22/c", "/a/[id]/b/[id]/c"],
    ["UUIDs", "/orders/0f8fad5b-d9cb-469f-a165-70867728950e", "/orders/[id]"],
    ["UUIDs in capitals", "/orders/0F8FAD5B-D9CB-469F-A165-70867728950E", "/orders/[id]"],
    ["MongoDB's object ids", "/u/507f1f77bcf86cd799439011", "/u/[id]"],
    ["short commit hashes", "/commit/9b1c0f2a", "/commit/[id]"],
    ["SHA-1 hashes", "/blob/da39a3ee5e6b4b0d3255bfef95601890afd80709/file", "/blob/[id]/file"],
    ["hashes without a figure", `/h/${"abcdefab".repeat(4)}`, "/h/[id]"],
    ["dates", "/news/2026-11-22", "/news/[id]"],
    ["months", "/news/2026-11", "/news/[id]"],
    ["dates in parts", "/news/2026/11/22/title", "/news/[id]/[id]/[id]/title"],
    ["instants", "/at/2026-11-22T10:00:00Z", "/at/[id]"],
    ["nanoids", "/d/V1StGXR8_Z5jdHi6B-myT", "/d/[id]"],
    ["ULIDs", "/d/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/d/[id]"],
    ["cuids", "/d/cjld2cjxh0000qzrmn831i7rn", "/d/[id]"],
    ["base64", "/d/aGVsbG8xMjM0NTY3ODkwYWJj==", "/d/[id]"],
    ["prefixed ids", "/pay/pi_3MtwBwLkdIwHu7ix28a3tqPa", "/pay/[id]"],
    ["JSON web tokens", `/t/${"eyJhbGciOiJIUzI1NiJ9.".repeat(4)}`, "/t/[id]"],
    ["what is longer than any name", `/s/${"word-".repeat(13)}`, "/s/[id]"],
    // Identifiers.
    ["UUIDs without hyphens", "/o/0f8fad5bd9cb469fa16570867728950e", "/o/[id]"],
    ["short hashes", "/commit/9b1c0f2", "/commit/[id]"],
    ["cuid2", "/d/tz4a98xxat96iws9zmbrgj3a", "/d/[id]"],
    ["KSUIDs", "/d/0ujtsYcgvSTl8PAuAdqWYSMnLOv", "/d/[id]"],
    ["nanoids of letters", "/d/hQxTgZbKpLmWvRsNcYdFj", "/d/[id]"],
    ["videos", "/watch/dQw4w9WgXcQ", "/watch/[id]"],
    ["short links", "/l/3xYz9Qk", "/l/[id]"],
    ["push ids", "/r/-OFx2kQ9aLmPzR4tYvWe", "/r/[id]"],
    ["ids after a word", "/pay/cus_9s6XKzkNRiz8i3", "/pay/[id]"],
    ["slugs with an id", "/p/red-shoe-12345", "/p/[id]"],
    ["slugs with a hash", "/@someone/a-title-of-words-3a5f8e2b1c9d", "/[id]/[id]"],
    ["slugs with a date", "/2026-11-22-a-title-of-words", "/[id]"],
    ["numbered things", "/user-42/item_7/page2/x", "/[id]/[id]/[id]/x"],
    ["tickets", "/browse/PROJ-123", "/browse/[id]"],
    ["order numbers", "/orders/ORD-2026-000123", "/orders/[id]"],
    ["invoices", "/i/INV0001234.pdf", "/i/[id]"],
    ["files of hashes", "/f/9b1c0f2a77.jpg", "/f/[id]"],
    ["lists of numbers", "/compare/1,22,333", "/compare/[id]"],
    ["URNs", "/urn:isbn:9783161484100", "/[id]"],
    ["IP addresses", "/hosts/192.168.0.1", "/hosts/[id]"],
    ["weeks and quarters", "/plan/2026-W48/2026-Q4", "/plan/[id]/[id]"],
    ["other dates", "/d/22.11.2026/11-22-2026/20261122", "/d/[id]/[id]/[id]"],
    ["figures of other scripts", "/p/١٢٣٤", "/p/[id]"],
    // Secrets.
    ["a JSON web token", "/t/eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJSM", "/t/[id]"],
    ["invitations", "/invite/k3J9xQ2p", "/invite/[id]"],
    ["invitations of letters", "/join/xkqjzpwvnm", "/join/[id]"],
    ["reset tokens", "/reset/Abcdefgh", "/reset/[id]"],
    ["codes that are read aloud", "/redeem/XK4-9PL-2QR", "/redeem/[id]"],
    ["codes", "/c/XK4-9PL-2QR", "/c/[id]"],
    ["tokens of letters", "/x/qzxvbnmkjhgfdswr", "/x/[id]"],
    ["keys with values", "/a/token=abc/b", "/a/[id]/b"],
    // People.
    ["addresses of mail", "/u/jane@shop.example/jane+x@shop.example", "/u/[id]/[id]"],
    ["encoded addresses", "/x/jane%40shop.example", "/x/[id]"],
    ["addresses that are encoded twice", "/x/jane%2540shop.example", "/x/[id]"],
    ["names of accounts", "/@jane/about", "/[id]/about"],
    ["names after users", "/users/jane/edit", "/users/[id]/edit"],
    ["names of other scripts", "/people/J%C3%BCrgen-M%C3%BCller", "/people/[id]"],
    ["names with a point", "/x/jane.doe/jane.doe.pdf/cv", "/x/[id]/[id]/cv"],
    ["telephone numbers", "/tel/+49-170-1234567/(030)123456/%2B491701234567", "/tel/[id]/[id]/[id]"],
    ["IBANs", "/x/DE89370400440532013000/DE89%203704%200044%200532", "/x/[id]/[id]"],
    ["cards", "/x/4111-1111-1111-1111", "/x/[id]"],
    ["coordinates", "/map/52.5200,13.4050/@52.52,13.4,15z", "/map/[id]/[id]"],
    ["what was searched for", "/search/red%20shoes/2", "/search/[id]/[id]"],
    // Parameters and encoded forms.
    ["parameters away", "/shop;jsessionid=0A1B2C3D4E5F/cart;v=1", "/shop/cart"],
    ["encoded parameters away", "/shop%3Bjsessionid=0A1B2C3D4E5F/cart", "/shop/cart"],
    ["URLs in a path", "/go/https%3A%2F%2Fshop.example%2Fu%2F42%3Ftoken%3Da", "/go/[id]"],
    ["ids in what is no UTF-8", "/x/%E9-123456", "/x/[id]"],
    ["ids that are encoded twice", "/x/%2534%2532", "/x/[id]"],
  ])("replaces %s by [id]", (_, path, expected) => {
    expect(route(path)).toBe(expected);
  });

  it.each([
    ["the root", "/"],
    ["words", "/about/our-team"],
    ["slugs", "/blog/how-we-made-our-web-vitals-twice-as-good-in-2026"],
    ["versions", "/docs/v2/api"],
    ["words of hexadecimal letters", "/facade/decade"],
    ["figures in names", "/mp3/web2/covid19/top-10-tips-for-2026"],
    ["languages", "/de-AT/über-uns"],
    ["files", "/index.html"],
    ["templates", "/workspace/[id]/:tab/$item/{name}"],
    ["capitals", "/README"],
    ["names of programs", "/w3schools/i18n/k8s/html5/h264/route-66/web-3"],
    ["numbered versions", "/docs/3.11/1.2.3"],
    ["camel case", "/gettingStarted/JavaScript/GraphQL/myAccountSettings/OAuth"],
    ["long words", "/datenschutzerklaerung/nutzungsbedingungen/versandkostenuebersicht"],
    ["own pages of people", "/users/sign_in/users"],
    ["pages of secrets", "/reset/password"],
    ["pages of invitations", "/invite/friends"],
    ["years in titles", "/best-of-2025/wm-2026-spielplan"],
    ["files with points", "/sitemap.xml/app.min.js"],
    ["files of the server", "/.well-known/change-password"],
    ["placeholders", "/workspace/[id]/users/[name]/search/:q"],
  ])("keeps %s", (_, path) => {
    expect(route(path)).toBe(path);
  });

  it("decodes escapes where that is safe", () => {
    expect(route("/%C3%BCber-uns")).toBe("/über-uns");
    expect(route("/a%20b")).toBe("/a b");
    expect(route("/x/%34%32")).toBe("/x/[id]");
    expect(route("/a%2Fb")).toBe("/a%2Fb");
    expect(route("/a%00b")).toBe("/a%00b");
    for (const malformed of ["/%", "/%zz", "/%E0%A4", "/%ED%A0%80"]) expect(route(malformed)).toBe(malformed);
  });

  it("normalises slashes and parameters", () => {
    expect(route("/a//b/")).toBe("/a/b");
    expect(route("")).toBe("/");
    expect(route("a")).toBe("/a");
  });
});

describe("normaliseRoute with the operator's rules", () => {
  it("applies them before the built-in rules", () => {
    expect(route("/products/red-shoe", "/products/:slug")).toBe("/products/:slug");
    expect(route("/products/42", "/products/:slug")).toBe("/products/:slug");
    expect(route("/products/42/reviews", "/products/:slug")).toBe("/products/[id]/reviews");
    expect(route("/products", "/products/:slug")).toBe("/products");
  });

  it("applies the first rule that matches", () => {
    const rules = ["/products/new", "/products/:slug", "/:any/*"];
    expect(route("/products/new", ...rules)).toBe("/products/new");
    expect(route("/products/old", ...rules)).toBe("/products/:slug");
    expect(route("/a/b/c", ...rules)).toBe("/:any/*");
    expect(route("/a", ...rules)).toBe("/:any/*");
  });

  it("matches any rest with a final *", () => {
    expect(route("/docs/a/b/c", "/docs/*")).toBe("/docs/*");
    expect(route("/docs", "/docs/*")).toBe("/docs/*");
    expect(route("/documents", "/docs/*")).toBe("/documents");
    expect(route("/a/b", "/*")).toBe("/*");
    expect(route("/", "/*")).toBe("/*");
    expect(route("/a/x/b", "/a/*/b")).toBe("/a/x/b");
  });

  it("matches escaped paths with escaped and unescaped rules", () => {
    expect(route("/%C3%BCber/x", "/über/:page")).toBe("/über/:page");
    expect(route("/a%20b/x", "/a%20b/:page")).toBe("/a%20b/:page");
  });
});

describe("normaliseRoute for any path", () => {
  const paths = fc.webPath({ size: "small" });

  it("returns the same route for other numbers in the path", () => {
    fc.assert(
      fc.property(paths, fc.nat(), fc.nat(), (path, a, b) => {
        expect(route(`${path}/${a}/edit`)).toBe(route(`${path}/${b}/edit`));
      }),
      examples(300),
    );
  });

  it("returns a route that it leaves unchanged", () => {
    fc.assert(
      fc.property(paths, (path) => {
        const once = route(path);
        // A percent sign that was escaped reads as the beginning of another escape.
        if (!once.includes("%")) expect(route(once)).toBe(once);
      }),
      examples(500),
    );
  });
});
