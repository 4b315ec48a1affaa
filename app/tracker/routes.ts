import { toLabel } from "./text";

/** Paths whose routes are remembered; a single-page application may visit any number of them in a day. */
const MOST_PATHS = 100;

export type Routes = {
  /** Names the route of the path that is shown now; anything but a route forgets it. */
  set(route: unknown): void;
  /** Reads what the page itself says now, for measurements of this path that are reported later. */
  notice(): void;
  /** The route of a path, or `undefined` when nobody named it. */
  of(path: string): string | undefined;
};

/**
 * Which route each path of this document belongs to. Measurements are reported late, often when the next page
 * is already there, so a route is remembered with the path that it was said for.
 * @param firstPath the path that was loaded from the server
 * @param firstRoute its route, where the script's element names it
 * @param currentPath gives the path that is shown now
 * @param declared gives what the page itself declares now (`<meta name="vitals-route">`)
 */
export function createRoutes(
  firstPath: string,
  firstRoute: string | undefined,
  currentPath: () => string,
  declared: () => string | undefined,
): Routes {
  const told = new Map<string, string>();
  const noticed = new Map<string, string>();
  let firstDeclared: string | undefined;
  let isKeptUp = false;

  const remember = (routes: Map<string, string>, path: string, route: string) => {
    routes.set(path, route);
    if (routes.size <= MOST_PATHS) return;
    for (const oldest of routes.keys()) {
      // Everything that belongs to the hard load may still be reported under the first path.
      if (oldest === firstPath || oldest === path) continue;
      routes.delete(oldest);
      break;
    }
  };

  const notice = () => {
    const route = declared();
    if (route === undefined) return;
    firstDeclared ??= route;
    // A declaration that never changes was rendered once by the server and is silent about other paths.
    if (route !== firstDeclared) isKeptUp = true;
    const path = currentPath();
    if (isKeptUp || path === firstPath) remember(noticed, path, route);
  };

  if (firstRoute !== undefined) told.set(firstPath, firstRoute);
  notice();

  return {
    set(route) {
      const path = currentPath();
      const label = toLabel(route);
      told.delete(path);
      if (label === undefined) noticed.delete(path);
      else remember(told, path, label);
    },
    notice,
    of: (path) => told.get(path) ?? noticed.get(path),
  };
}
