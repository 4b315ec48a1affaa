import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { requireAdmin } from "../auth/require-admin.server";
import { Cockpit } from "../components/cockpit-page/cockpit-page";
import { grafana } from "../runtime/observability.server";
import { now } from "../platform/clock.server";
import { andThen, panel } from "../platform/panel.server";
import { type CockpitPage, cockpitPage } from "../presenters/cockpit-page/cockpit-page";
import { parseQuery } from "../query/cockpit-query";
import { comparedQuery } from "../query/comparison/current-release-query";
import { queryComparison } from "../query/comparison/comparison.server";
import { comparisonReaders, unitReader } from "../runtime/readers.server";
import { queryReleases } from "../query/releases/releases.server";
import { queryRoutes, queryView } from "../query/view/view.server";
import { retention } from "../runtime/rollup.server";
import { database } from "../runtime/database.server";
import { originOf } from "../server/request-origin.server";

/** The cockpit: five vitals, their trend, and the routes behind them. */
export async function loader({ request }: LoaderFunctionArgs): Promise<CockpitPage> {
  requireAdmin(request);
  const { query, ignored } = parseQuery(new URL(request.url).searchParams);
  const at = now();
  const reach = retention();
  const releases = await panel("releases", () => queryReleases(database().read, reach.hourly, at));
  const shown = comparedQuery(query, releases.ok ? releases.value : null, reach, at);
  const view = await panel("view", () => queryView(unitReader(), shown, reach, at));
  const routes = await panel("routes", () => queryRoutes(unitReader(), shown, reach, at));
  const comparison =
    query.compare === null
      ? null
      : await andThen(releases, "comparison", (history) =>
          queryComparison(
            comparisonReaders(),
            query,
            { releases: history, reach, now: at },
            view.ok ? view.value.trend : [],
          ),
        );
  return cockpitPage({
    ...{ query, ignored, view, routes, releases, comparison },
    origin: originOf(request),
    grafana: grafana(),
    now: at,
  });
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.documentTitle ?? "Performance" },
];

export default function Performance() {
  return <Cockpit page={useLoaderData<typeof loader>()} />;
}
