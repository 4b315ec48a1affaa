import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { requireAdmin } from "../auth/require-admin.server";
import { RoutePage } from "../components/route-page/route-page";
import { grafana } from "../runtime/observability.server";
import { now } from "../platform/clock.server";
import { andThen, panel } from "../platform/panel.server";
import { type RoutePage as RoutePageModel, routePage } from "../presenters/route-page/route-page";
import { parseQuery } from "../query/cockpit-query";
import { comparedQuery } from "../query/comparison/current-release-query";
import { queryComparison } from "../query/comparison/comparison.server";
import { comparisonReaders, unitReader } from "../runtime/readers.server";
import { queryReleases } from "../query/releases/releases.server";
import { queryRouteMoves } from "../query/comparison/change-breakdown.server";
import { queryRouteSplits, querySitePageViews } from "../query/view/route-splits.server";
import { querySlowParts } from "../query/attribution/attribution.server";
import { queryView } from "../query/view/view.server";
import { retention } from "../runtime/rollup.server";
import { database } from "../runtime/database.server";

/** One route: its figures, who sees them, and what is slow. */
export async function loader({ request }: LoaderFunctionArgs): Promise<RoutePageModel> {
  requireAdmin(request);
  const { query, ignored } = parseQuery(new URL(request.url).searchParams);
  const at = now();
  const reach = retention();
  // No route is called "", so an address that names none shows the figures of none, and not those of the site.
  const route = query.route ?? "";
  const releases = await panel("releases", () => queryReleases(database().read, reach.hourly, at));
  const shown = comparedQuery(query, releases.ok ? releases.value : null, reach, at);
  const view = await panel("view", () => queryView(unitReader(), { ...shown, route }, reach, at));
  const site = await panel("site", () => querySitePageViews(unitReader(), shown, reach, at));
  const splits = await panel("splits", () => queryRouteSplits(unitReader(), shown, route, reach, at));
  const slow = await panel("slow", () => querySlowParts(database().read, shown, route, reach, at));
  const compares = query.compare !== null && query.route !== null;
  const comparison = compares
    ? await andThen(releases, "comparison", (history) =>
        queryComparison(
          comparisonReaders(),
          query,
          { releases: history, reach, now: at },
          view.ok ? view.value.trend : [],
        ),
      )
    : null;
  const moves =
    comparison?.ok && comparison.value.made
      ? await andThen(releases, "moves", (history) =>
          queryRouteMoves(
            comparisonReaders(),
            database().read,
            { ...query, route },
            { releases: history, reach, now: at },
          ),
        )
      : null;
  return routePage({
    ...{ query, ignored, view, site, splits, slow, releases, comparison, moves },
    grafana: grafana(),
    now: at,
  });
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.documentTitle ?? "Route" }];

export default function Route() {
  return <RoutePage page={useLoaderData<typeof loader>()} />;
}
