import type { ServerBuild } from "@remix-run/node";
import { matchRoutes } from "@remix-run/react";
import { singleton } from "../platform/singleton.server";
import { traced } from "../platform/trace-channels";
import { routePattern } from "./route-pattern";

type Routes = ServerBuild["routes"];
type Branch = { id: string; path?: string; index?: boolean; caseSensitive?: boolean; children?: Branch[] };

/** What a build's routes are, as soon as it is whole. In development a newer build takes the place of an older. */
const slot = () => singleton("build-routes", (): { read: () => Routes } => ({ read: () => ({}) }));

/** Hands the build's routes over, which can be read once all of it has run. */
export function provideRoutes(read: () => Routes): void {
  slot().read = read;
}

/** The router's own form of a build's routes, from the outermost in. */
function branchesOf(routes: Routes, parentId = ""): Branch[] {
  return Object.values(routes)
    .filter((route) => (route.parentId ?? "") === parentId)
    .map(({ id, path, index, caseSensitive }) => ({
      id,
      ...(path !== undefined && { path }),
      ...(caseSensitive !== undefined && { caseSensitive }),
      ...(index ? { index } : { children: branchesOf(routes, id) }),
    }));
}

const branches = new WeakMap<Routes, Branch[]>();

/** A client that navigates by itself asks for a page's data under its URL with this ending. */
const DATA = /\.data$/;

/** The pattern of the route that answers a path; `null` where none does, as with static files. */
export function routeOf(pathname: string): string | null {
  const routes = slot().read();
  const known = branches.get(routes) ?? branchesOf(routes);
  branches.set(routes, known);
  const matches = matchRoutes(known as Parameters<typeof matchRoutes>[0], pathname.replace(DATA, ""));
  return matches === null ? null : routePattern(matches as Parameters<typeof routePattern>[0]);
}

const tracedRoutes = new WeakSet<Routes>();

/**
 * Wraps every loader and action of the build in a span. Remix reads them when it answers its first request; before
 * that they can be replaced.
 */
export function traceLoaders(): void {
  const routes = slot().read();
  if (tracedRoutes.has(routes)) return;
  tracedRoutes.add(routes);
  for (const route of Object.values(routes)) {
    const { loader, action } = route.module;
    route.module = {
      ...route.module,
      ...(loader !== undefined && { loader: tracedAs(`loader ${route.id}`, route.id, loader) }),
      ...(action !== undefined && { action: tracedAs(`action ${route.id}`, route.id, action) }),
    };
  }
}

function tracedAs<Args extends unknown[]>(
  name: string,
  id: string,
  run: (...args: Args) => unknown,
): (...args: Args) => Promise<never> {
  return (...args) =>
    traced(name, async () => (await run(...args)) as never, { attributes: { "app.remix.route_id": id } });
}
