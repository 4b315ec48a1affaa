import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { requireAdmin } from "../auth/require-admin.server";
import { RoutePage } from "../components/route-page/route-page";
import { grafana } from "../observability/instance.server";
import { now } from "../platform/clock.server";
import { panel } from "../platform/panel.server";
import { type RoutePage as RoutePageModel, routePage } from "../presenters/route-page";
import { parseQuery } from "../query/cockpit-query";
import { unitReader } from "../query/instance.server";
import { queryReleases } from "../query/releases.server";
import { queryRouteSplits, querySitePageViews } from "../query/route-splits.server";
import { querySlowParts } from "../query/slow-parts.server";
import { queryView } from "../query/vitals.server";
import { retention } from "../rollup/instance.server";
import { database } from "../storage/instance.server";

/** One route: its figures, who sees them, and what is slow. */
export async function loader({ request }: LoaderFunctionArgs): Promise<RoutePageModel> {
  requireAdmin(request);
  const { query, ignored } = parseQuery(new URL(request.url).searchParams);
  const at = now();
  const reach = retention();
  // No route is called "", so an address that names none shows the figures of none, and not those of the site.
  const route = query.route ?? "";
  const view = await panel("view", () => queryView(unitReader(), { ...query, route }, reach, at));
  const site = await panel("site", () => querySitePageViews(unitReader(), query, reach, at));
  const splits = await panel("splits", () => queryRouteSplits(unitReader(), query, route, reach, at));
  const slow = await panel("slow", () => querySlowParts(database().read, query, route, reach, at));
  const releases = await panel("releases", () => queryReleases(database().read, reach.hourly, at));
  return routePage({ query, ignored, view, site, splits, slow, releases, grafana: grafana(), now: at });
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.documentTitle ?? "Route" }];

export default function Route() {
  return <RoutePage page={useLoaderData<typeof loader>()} />;
}
