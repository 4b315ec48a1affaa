import type { ServerBuild } from "@remix-run/node";
import { matchRoutes } from "@remix-run/react";
import { singleton } from "../platform/singleton.server";
import { traced } from "../platform/trace-channels";
import { routePattern } from "./route-pattern";

type Routes = ServerBuild["routes"];
type Branch = { id: string; path?: string; index?: boolean; caseSensitive?: boolean; children?: Branch[] };

/** Routes of the current build. In development a newer build replaces an older one. */
const slot = () => singleton("build-routes", (): { read: () => Routes } => ({ read: () => ({}) }));

/** @param read returns the routes; they are complete only after every module of the build has run */
export function provideRoutes(read: () => Routes): void {
  slot().read = read;
}

/** The routes as a tree, the form that React Router's `matchRoutes` expects. */
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

/** Suffix of Remix's single-fetch requests for the data of a page. */
const DATA = /\.data$/;

/** The pattern of the route that matches a path; `null` when none does, as with static files. */
export function routeOf(pathname: string): string | null {
  const routes = slot().read();
  const known = branches.get(routes) ?? branchesOf(routes);
  branches.set(routes, known);
  const matches = matchRoutes(known as Parameters<typeof matchRoutes>[0], pathname.replace(DATA, ""));
  return matches === null ? null : routePattern(matches as Parameters<typeof routePattern>[0]);
}

const tracedRoutes = new WeakSet<Routes>();

/**
 * Wraps every loader and action of the build in a span. Call it before Remix answers its first request: Remix reads them
 * then.
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
