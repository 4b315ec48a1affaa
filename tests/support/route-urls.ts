import { createRequire } from "node:module";
import { join } from "node:path";

/** The URLs of the files in app/routes, as Remix's own convention reads them. */
export function routeUrls(root: string): string[] {
  const { flatRoutes } = createRequire(import.meta.url)("@remix-run/dev/dist/config/flat-routes.js");
  type Route = { id: string; path?: string; parentId?: string };
  const routes: Record<string, Route> = flatRoutes(join(root, "app"), ["**/.*"]);
  const urlOf = (route: Route | undefined): string =>
    route === undefined ? "" : urlOf(routes[route.parentId ?? ""]) + (route.path ? `/${route.path}` : "");
  return [...new Set(Object.values(routes).map((route) => urlOf(route) || "/"))];
}
