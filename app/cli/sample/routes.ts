import { Random, weightedChoice } from "./random";

/** The traits of a page; factors are 1 for a typical page. */
export type SampleRoute = {
  /** The template, such as `/workspace/[id]`. */
  route: string;
  /** Whether it belongs to the single-page application, with soft navigations. */
  app: boolean;
  /** Factor of the time to first byte. */
  server: number;
  /** Factor of the times from the first byte to the first and the largest paint. */
  weight: number;
  /** Factor of the durations of interactions. */
  scripts: number;
  /** Share of views with an interaction. */
  interactive: number;
  /** Share of views without any layout shift, and the median CLS of the others. */
  still: number;
  shift: number;
  /** Selector of the largest element, and the path of its image; `null` for text. */
  largest: string;
  image: string | null;
  /** Selectors of interaction targets; the first is the main button. */
  buttons: readonly [string, ...string[]];
  shifting: string;
};

export const REGRESSED_ROUTE = "/workspace/[id]";
export const IMPROVED_ROUTE = "/products/[id]";

/** The two routes that releases change, and one more. */
export const MIN_ROUTES = 3;
export const MAX_ROUTES = 5_000;

const page = (route: string, traits: Partial<SampleRoute>): SampleRoute => ({
  route,
  app: false,
  server: 1,
  weight: 1,
  scripts: 1,
  interactive: 0.5,
  still: 0.55,
  shift: 0.03,
  largest: "main>h1",
  image: null,
  buttons: ["main>a.next", "header>button.menu"],
  shifting: "main>section.content",
  ...traits,
});

/** In descending order of their traffic. */
const FIXED_ROUTES: readonly SampleRoute[] = [
  page("/", {
    server: 0.8,
    still: 0.4,
    shift: 0.05,
    largest: "main>img.hero",
    image: "/assets/hero.avif",
    buttons: ["a.call-to-action", "header>button.menu", "button.accept-cookies"],
    shifting: "main>div.banner",
  }),
  page(IMPROVED_ROUTE, {
    server: 1.1,
    interactive: 0.6,
    still: 0.5,
    shift: 0.04,
    weight: 1.15,
    largest: "main>figure>img.product",
    image: "/assets/products/large.avif",
    buttons: ["button.add-to-cart", "div.gallery>button.next", "select.size"],
    shifting: "main>section.reviews",
  }),
  page(REGRESSED_ROUTE, {
    app: true,
    server: 1.3,
    interactive: 0.8,
    scripts: 1.3,
    still: 0.65,
    largest: "main>div.board",
    buttons: ["button.save", "div.board>div.card", "input.filter", "nav>button.collapse"],
    shifting: "div.board>div.column",
  }),
  page("/search", {
    server: 1.7,
    interactive: 0.75,
    scripts: 1.2,
    largest: "ul.results>li:first-child>img",
    image: "/assets/products/small.avif",
    buttons: ["input.query", "aside>label.facet", "button.more"],
    shifting: "ul.results",
  }),
  page("/products", {
    server: 1.2,
    still: 0.35,
    shift: 0.06,
    largest: "ul.products>li:first-child>img",
    image: "/assets/products/medium.avif",
    buttons: ["a.product", "select.sort", "aside>label.facet"],
    shifting: "ul.products>li",
  }),
  page("/workspace/[id]/settings", {
    app: true,
    server: 0.9,
    interactive: 0.85,
    buttons: ["button.apply", "label.switch", "input.name"],
    shifting: "form>fieldset",
  }),
  page("/cart", {
    server: 1.2,
    interactive: 0.85,
    still: 0.7,
    largest: "table.items",
    buttons: ["a.checkout", "input.quantity", "button.remove"],
    shifting: "aside.totals",
  }),
  page("/checkout", {
    server: 1.5,
    interactive: 0.92,
    scripts: 1.4,
    still: 0.6,
    largest: "form>fieldset.address",
    buttons: ["button.place-order", "input.email", "label.payment"],
    shifting: "form>div.error",
  }),
  page("/blog/[slug]", {
    server: 0.7,
    interactive: 0.25,
    still: 0.3,
    shift: 0.09,
    largest: "article>p:first-of-type",
    buttons: ["article>a.related", "button.share"],
    shifting: "article>figure",
  }),
  page("/workspace/[id]/members", {
    app: true,
    interactive: 0.7,
    buttons: ["button.invite", "td>button.role"],
    largest: "main>table.members",
  }),
  page("/account", { server: 1.1, interactive: 0.6, buttons: ["button.update", "a.sign-out"] }),
  page("/docs/[...path]", {
    server: 0.6,
    weight: 0.8,
    interactive: 0.4,
    still: 0.75,
    largest: "article>p",
    buttons: ["nav>a.section", "button.copy"],
  }),
  page("/pricing", {
    server: 0.7,
    largest: "main>section.plans",
    buttons: ["button.choose", "label.yearly"],
  }),
  page("/login", { server: 0.9, weight: 0.7, interactive: 0.95, still: 0.85, buttons: ["button.sign-in"] }),
  page("/orders/[id]", { server: 1.4, largest: "main>table.items", buttons: ["button.reorder"] }),
  page("/workspace/[id]/reports/[id]", {
    app: true,
    server: 2.1,
    weight: 1.5,
    scripts: 1.7,
    interactive: 0.65,
    largest: "main>canvas.chart",
    buttons: ["select.range", "button.export"],
    shifting: "main>div.chart",
  }),
];

const SECTIONS = [
  "help",
  "guides",
  "events",
  "stores",
  "brands",
  "jobs",
  "press",
  "partners",
  "team",
  "labs",
];
const SHAPES = ["", "/[id]", "/archive", "/[id]/edit", "/[slug]", "/[id]/history", "/new", "/[id]/comments"];

/** Returns `count` routes in descending order of traffic: the fixed ones, then generated ones. */
export function makeRoutes(seed: number, count: number): SampleRoute[] {
  const random = new Random(seed, "route traits");
  const routes = FIXED_ROUTES.slice(0, count);
  for (let i = routes.length; i < count; i += 1) {
    const number = i - FIXED_ROUTES.length;
    const section = SECTIONS[number % SECTIONS.length] as string;
    const shape = SHAPES[Math.floor(number / SECTIONS.length) % SHAPES.length] as string;
    const round = Math.floor(number / (SECTIONS.length * SHAPES.length));
    random.at(i);
    const withImage = random.chance(0.4);
    routes.push(
      page(`/${section}${round === 0 ? "" : `-${round + 1}`}${shape}`, {
        server: random.logNormal(1, 0.3),
        weight: random.logNormal(1, 0.25),
        scripts: random.logNormal(1, 0.25),
        interactive: 0.3 + 0.5 * random.uniform(),
        still: 0.35 + 0.4 * random.uniform(),
        shift: random.logNormal(0.03, 0.4),
        largest: withImage ? "main>img.lead" : "main>h1",
        image: withImage ? `/assets/${section}.avif` : null,
      }),
    );
  }
  return routes;
}

/** Zipf's law: the route of rank r has 1/r of the first route's traffic. */
export const zipfChoice = (routes: readonly unknown[]): ((uniform: number) => number) =>
  weightedChoice(routes.map((_, i) => 1 / (i + 1)));
