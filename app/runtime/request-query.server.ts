import { env } from "../platform/env.server";
import { panel } from "../platform/panel.server";
import { singleton } from "../platform/singleton.server";
import { type CockpitQuery, type IgnoredParam, parseQuery } from "../query/cockpit-query";
import { hasRoute, selectRoutes } from "../storage/cardinality.server";
import { RouteSpellings } from "../vitals/route-text/route-spellings";
import { database } from "./database.server";

const spellings = (): RouteSpellings =>
  singleton("route-spellings", () => new RouteSpellings(env().MERGE_ROUTE_NOTATIONS));

/**
 * Reads the query of a URL. A route in another notation than the stored one becomes the stored one; a stored route, and an
 * unknown one, stays as it is. So does every route while the database cannot be read: the panels report that.
 */
export async function requestQuery(
  params: URLSearchParams,
): Promise<{ query: CockpitQuery; ignored: IgnoredParam[] }> {
  const { query, ignored } = parseQuery(params);
  const stored = await panel("stored route", () => storedRoute(query.route));
  return { query: stored.ok ? { ...query, route: stored.value } : query, ignored };
}

async function storedRoute(route: string | null): Promise<string | null> {
  const known = spellings();
  if (route === null || known.identityOf(route) === null) return route;
  // All routes are read only for a text that is none of them.
  if (await hasRoute(database().read, route)) return route;
  known.replace(await selectRoutes(database().read));
  return known.has(route) ? route : (known.spellingOf(route) ?? route);
}
