import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { authorizePage } from "../auth/authorize-page.server";
import { readOnlyAction } from "../auth/page-action.server";
import { ReleasesPage } from "../components/releases-page/releases-page";
import { andThen, panel } from "../platform/panel.server";
import { type ReleasesPageModel, releasesPage } from "../presenters/releases-page/releases-page";
import { releaseFigures, releasePage } from "../presenters/tables/release-table";
import { grafana } from "../runtime/observability.server";
import { pageContext } from "../runtime/readers.server";
import { requestQuery } from "../runtime/request-query.server";
import { type PageData, pageData } from "../server/page-data";

/** Every release, and what it measured. */
export async function loader({ request }: LoaderFunctionArgs): Promise<PageData<ReleasesPageModel>> {
  await authorizePage(request, "read");
  const { query, ignored } = await requestQuery(new URL(request.url).searchParams);
  const context = pageContext(query);
  const known = await panel("known routes", async () => (grafana() === null ? [] : context.knownRoutes()));
  const releases = await panel("releases", () => context.releases());
  const rows = releases.ok ? releasePage(releases.value, query.page).rows : [];
  const figures = await panel("figures of releases", () => context.releaseFigures(rows, releaseFigures));
  const verdicts = await andThen(releases, "verdicts of releases", () => context.releaseVerdicts(rows));
  const sources = await panel("sources", () => context.releaseSources(rows));
  return pageData(
    releasesPage({
      query,
      ignored,
      releases,
      figures,
      verdicts,
      sources: sources.ok ? sources.value : null,
      retention: context.sources.retention,
      grafana: grafana(),
      knownRoutes: known.ok ? known.value : [],
      now: context.sources.now,
    }),
  );
}

export const action = readOnlyAction;

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.page.documentTitle ?? "Releases" },
];

export default function Releases() {
  return <ReleasesPage page={useLoaderData<typeof loader>().page} />;
}
