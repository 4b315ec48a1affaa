import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { authorizePage } from "../auth/authorize-page.server";
import { readOnlyAction } from "../auth/page-action.server";
import { RoutePage } from "../components/route-page/route-page";
import { andThen, panel } from "../platform/panel.server";
import { type RoutePageModel, routePage } from "../presenters/route-page/route-page";
import { grafana } from "../runtime/observability.server";
import { pageContext } from "../runtime/readers.server";
import { requestQuery } from "../runtime/request-query.server";
import { type PageData, pageData } from "../server/page-data";

/** One route: its figures, who sees them, and what is slow. */
export async function loader({ request }: LoaderFunctionArgs): Promise<PageData<RoutePageModel>> {
  await authorizePage(request, "read");
  const { query, ignored } = await requestQuery(new URL(request.url).searchParams);
  // No route is called "", so an address that names none gets the figures of none, not those of the site.
  const route = query.route ?? "";
  const context = pageContext(query);
  const known = await panel("known routes", async () => (grafana() === null ? [] : context.knownRoutes()));
  const releases = await panel("releases", () => context.releases());
  const view = await panel("view", () => context.view(route));
  const sources = await andThen(view, "sources", ({ window }) => context.largestSources(window, route));
  const site = await panel("site", () => context.sitePageViews());
  const splits = await panel("splits", () => context.routeSplits(route));
  const attribution = await panel("attribution", () => context.attribution(route));
  const comparison =
    query.compare === null || query.route === null
      ? null
      : await andThen(releases, "comparison", () => context.comparison(view.ok ? view.value : null));
  const breakdown =
    comparison?.ok && comparison.value.status === "compared"
      ? await panel("change breakdown", () => context.changeBreakdown(route))
      : null;
  return pageData(
    routePage({
      query,
      ignored,
      view,
      site,
      splits,
      attribution,
      releases,
      comparison,
      breakdown,
      sources: sources.ok ? sources.value : null,
      grafana: grafana(),
      knownRoutes: known.ok ? known.value : [],
      now: context.sources.now,
    }),
  );
}

export const action = readOnlyAction;

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.page.documentTitle ?? "Route" },
];

export default function Route() {
  return <RoutePage page={useLoaderData<typeof loader>().page} />;
}
