import type { SetUp } from "./recorded-spans";
import { NOTATIONS, type PageName, SITE_REQUESTS } from "./site-pages";
import type { Attributes, Span } from "./traceql/evaluator";

/*
 * Set-ups that were not recorded, from documentation: other ecosystems, and instrumentations that are no longer current.
 */

type Written = {
  name: string;
  /** Of the pages, and of the spans unless `spans` names another. */
  notation: string;
  spans?: string;
  /** How the server's span differs from the notation. */
  route?: (route: string) => string;
  /** Which semantic conventions the span follows: `url.path` or `http.target`. */
  path?: "url.path" | "http.target";
  /** Whether paths and routes end in a slash. */
  slash?: boolean;
};

const WRITTEN: readonly Written[] = [
  { name: "Fastify, @opentelemetry/instrumentation-fastify", notation: "fastify" },
  { name: "React Router 7, route of the RPC metadata without its first slash", notation: "react-router" },
  { name: "a catch-all of Hapi for a single-page app", notation: "vue", route: () => "/{path*}" },
  { name: "a catch-all of Fastify for a single-page app", notation: "angular", route: () => "/*" },
  { name: "a router of the browser behind nginx", notation: "tanstack", route: () => "" },
  { name: "Vue behind Express with an expression", notation: "vue", route: () => "/^\\/(?!api).*/" },
  { name: "Django", notation: "django", path: "http.target", slash: true },
  {
    name: "Flask",
    notation: "django",
    route: (route) => `/${route.replace(/^\//, "")}`,
    path: "http.target",
  },
  { name: "Rails", notation: "rails", route: (route) => `${route}(.:format)`, path: "http.target" },
  { name: "Spring MVC", notation: "spring" },
  { name: "FastAPI", notation: "fastapi", path: "http.target" },
  { name: "Go's net/http", notation: "go" },
  { name: "ASP.NET Core", notation: "aspnet" },
];

const RESOURCE: Attributes = { "service.name": "shop-web", "service.version": "2.4.1" };

/** The span of a request; a page that a notation lacks is a route of its own for each value. */
function spanOf(written: Written, page: PageName | null, path: string): Span {
  const {
    notation,
    spans = notation,
    route: toRoute = (route) => route,
    path: pathName = "url.path",
  } = written;
  const own = page === null ? null : (NOTATIONS[spans]?.[page] ?? path.replace(/\?.*/, ""));
  const slash = written.slash && own !== "/" ? "/" : "";
  const [before = "", query] = path.split("?");
  const whole = slash === "" || before.endsWith("/") ? before : before + slash;
  const route = own === null ? "" : toRoute(own) + slash;
  const attributes: Attributes = {
    "http.response.status_code": page === null ? 404 : 200,
    // The target has the query, the path has not.
    [pathName]: query === undefined || pathName === "url.path" ? whole : `${whole}?${query}`,
    ...(route === "" ? {} : { "http.route": route }),
  };
  return { parent: null, kind: "server", name: "GET", status: "unset", ms: 10, attributes };
}

export const writtenSetUps = (): SetUp[] =>
  WRITTEN.map((written) => ({
    name: written.name,
    origin: "written",
    notation: written.notation,
    prefix: "",
    basePath: "",
    requests: SITE_REQUESTS.map(({ page, path }) => ({
      page,
      path,
      traces: [{ resource: RESOURCE, spans: [spanOf(written, page, path)] }],
    })),
  }));
