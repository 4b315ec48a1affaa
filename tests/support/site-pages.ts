/*
 * The site whose requests are recorded in tests/fixtures/spans: its pages, as each framework writes their routes.
 * Sources: the frameworks' documentation, and what they gave when the spans were recorded.
 */

export const PAGE_NAMES = [
  "start",
  "about",
  "workspaces",
  "workspace",
  "new",
  "docs",
  "install",
  "list",
  "num",
  "team",
  "item",
  "private",
  "boom",
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

type Routes = Readonly<Record<PageName, string | null>>;

/** Requests for all pages, and two that no page answers. */
export const SITE_REQUESTS: ReadonlyArray<{ page: PageName | null; path: string }> = [
  { page: "start", path: "/" },
  { page: "about", path: "/about" },
  { page: "workspaces", path: "/workspace" },
  { page: "workspace", path: "/workspace/42" },
  { page: "workspace", path: "/workspace/43/" },
  { page: "workspace", path: "/workspace/44?tab=1" },
  { page: "new", path: "/workspace/new" },
  { page: "docs", path: "/docs/a/b/c" },
  { page: "install", path: "/docs/install" },
  { page: "list", path: "/list" },
  { page: "list", path: "/list/en" },
  { page: "num", path: "/num/7" },
  { page: "team", path: "/team/blue" },
  { page: "item", path: "/shop/1/items/2" },
  { page: "private", path: "/private/7" },
  { page: "boom", path: "/boom/7" },
  { page: null, path: "/missing/page" },
  { page: null, path: "/workspace/42/missing" },
];

type Writers = {
  one: (name: string) => string;
  rest: string;
  /** `null`: the notation has no optional part. */
  optional: string | null;
  number?: string;
  item?: string;
};

/** Pages whose routes are alike in all notations but Remix's ids. */
const notation = ({ one, rest, optional, number, item }: Writers, slash = "/"): Routes => ({
  start: "/",
  about: `${slash}about`,
  workspaces: `${slash}workspace`,
  workspace: `${slash}workspace/${one("id")}`,
  new: `${slash}workspace/new`,
  docs: `${slash}docs/${rest}`,
  install: `${slash}docs/install`,
  list: optional === null ? null : `${slash}list${optional}`,
  num: `${slash}num/${number ?? one("id")}`,
  team: `${slash}team/${one("team")}`,
  item: slash + (item ?? `shop/${one("shop")}/items/${one("item")}`),
  private: `${slash}private/${one("id")}`,
  boom: `${slash}boom/${one("id")}`,
});

const brackets = (name: string) => `[${name}]`;
const braces = (name: string) => `{${name}}`;
const colon = (name: string) => `:${name}`;
const dollar = (name: string) => `$${name}`;
const angles = (name: string) => `<${name}>`;

export const NOTATIONS: Readonly<Record<string, Routes>> = {
  next: notation({ one: brackets, rest: "[...path]", optional: "/[[...lang]]" }),
  remix: {
    start: "routes/_index",
    about: "routes/about",
    workspaces: "routes/workspace._index",
    workspace: "routes/workspace.$id",
    new: "routes/workspace.new",
    docs: "routes/docs.$",
    install: "routes/docs.install",
    list: "routes/list.($lang)",
    num: "routes/num.$id",
    team: "routes/team.$team",
    item: "routes/_shop.shop.$shop.items.$item",
    private: "routes/private.$id",
    boom: "routes/boom.$id",
  },
  "react-router": notation({ one: colon, rest: "*", optional: "/:lang?" }, ""),
  sveltekit: notation({
    one: brackets,
    rest: "[...path]",
    optional: "/[[lang]]",
    number: "[id=integer]",
    item: "(app)/shop/[shop]/items/[item]",
  }),
  nuxt: notation({ one: (name) => `:${name}()`, rest: ":path(.*)*", optional: "/:lang?" }),
  astro: notation({ one: brackets, rest: "[...path]", optional: "/[...lang]" }),
  vue: notation({ one: colon, rest: ":path(.*)", optional: "/:lang?", number: ":id(\\d+)" }),
  angular: notation({ one: colon, rest: "**", optional: null }, ""),
  tanstack: notation({ one: dollar, rest: "$", optional: "/{-$lang}" }),
  express4: notation({ one: colon, rest: "*", optional: "/:lang?", number: ":id(\\d+)" }),
  express5: notation({ one: colon, rest: "*splat", optional: "{/:lang}" }),
  fastify: notation({ one: colon, rest: "*", optional: "/:lang?", number: ":id(^\\d+$)" }),
  hapi: notation({ one: braces, rest: "{path*}", optional: "/{lang?}" }),
  hono: notation({ one: colon, rest: "*", optional: "/:lang?", number: ":id{[0-9]+}" }),
  django: notation({ one: angles, rest: "<path:path>", optional: null, number: "<int:id>" }, ""),
  rails: notation({ one: colon, rest: "*path", optional: "(/:lang)" }),
  spring: notation({ one: braces, rest: "**", optional: null }),
  fastapi: notation({ one: braces, rest: "{path:path}", optional: null }),
  go: notation({ one: braces, rest: "{path...}", optional: null }),
  aspnet: notation({ one: braces, rest: "{**path}", optional: "/{lang?}", number: "{id:int}" }, ""),
};

/** A page's route in a notation, below a path; `null` where the notation can't express it. */
export function routeIn(notation: string, page: PageName, prefix: string): string | null {
  const route = NOTATIONS[notation]?.[page] ?? null;
  if (route === null || prefix === "") return route;
  if (notation === "remix") return route.replace("routes/", `routes/${prefix.slice(1)}.`);
  return route === "/" ? prefix : `${prefix}/${route.replace(/^\//, "")}`;
}
