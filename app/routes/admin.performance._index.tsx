import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { authorizePage } from "../auth/authorize-page.server";
import { readOnlyAction } from "../auth/page-action.server";
import { Cockpit } from "../components/cockpit-page/cockpit-page";
import { env } from "../platform/env.server";
import { andThen, panel } from "../platform/panel.server";
import { type CockpitPageModel, cockpitPage } from "../presenters/cockpit-page/cockpit-page";
import { grafana } from "../runtime/observability.server";
import { pageContext } from "../runtime/readers.server";
import { requestQuery } from "../runtime/request-query.server";
import { type PageData, pageData } from "../server/page-data";
import { addressOf } from "../server/request-origin.server";

/** The cockpit: five vitals, their trend, and the routes behind them. */
export async function loader({ request }: LoaderFunctionArgs): Promise<PageData<CockpitPageModel>> {
  await authorizePage(request, "read");
  const { query, ignored } = await requestQuery(new URL(request.url).searchParams);
  const context = pageContext(query);
  const known = await panel("known routes", async () => (grafana() === null ? [] : context.knownRoutes()));
  const releases = await panel("releases", () => context.releases());
  const view = await panel("view", () => context.view());
  const sources = await andThen(view, "sources", ({ window }) => context.largestSources(window));
  const routes = await panel("routes", () => context.routes());
  const comparison =
    query.compare === null
      ? null
      : await andThen(releases, "comparison", () => context.comparison(view.ok ? view.value : null));
  return pageData(
    cockpitPage({
      query,
      ignored,
      view,
      routes,
      releases,
      comparison,
      sources: sources.ok ? sources.value : null,
      origin: addressOf(request),
      scriptPath: env().SCRIPT_PATH,
      beaconPath: env().BEACON_PATH,
      grafana: grafana(),
      knownRoutes: known.ok ? known.value : [],
      now: context.sources.now,
    }),
  );
}

export const action = readOnlyAction;

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.page.documentTitle ?? "Performance" },
];

export default function Performance() {
  return <Cockpit page={useLoaderData<typeof loader>().page} />;
}
