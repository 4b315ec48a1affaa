import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { requireAdmin } from "../auth/require-admin.server";
import { ReleasesPage } from "../components/releases-page/releases-page";
import { grafana } from "../runtime/observability.server";
import { now } from "../platform/clock.server";
import { andThen, panel } from "../platform/panel.server";
import { type ReleasesPageModel, releasesPage } from "../presenters/releases-page/releases-page";
import { releaseFigures, releasePage } from "../presenters/tables/release-table";
import { parseQuery } from "../query/cockpit-query";
import { comparisonReaders } from "../runtime/readers.server";
import { queryReleaseFigures } from "../query/releases/release-figures.server";
import { queryReleaseVerdicts } from "../query/comparison/release-verdicts.server";
import { queryReleases } from "../query/releases/releases.server";
import { retention } from "../runtime/rollup.server";
import { database } from "../runtime/database.server";

/** Every release, and what it measured. */
export async function loader({ request }: LoaderFunctionArgs): Promise<ReleasesPageModel> {
  requireAdmin(request);
  const { query, ignored } = parseQuery(new URL(request.url).searchParams);
  const at = now();
  const { read } = database();
  const kept = retention();
  const releases = await panel("releases", () => queryReleases(read, kept.hourly, at));
  const rows = releases.ok ? releasePage(releases.value, query.page).rows : [];
  const figures = await panel("figures of releases", () => {
    const builds = rows.map(({ buildVersion }) => buildVersion);
    return queryReleaseFigures(read, builds, query, releaseFigures);
  });
  const verdicts = await andThen(releases, "verdicts of releases", (history) =>
    queryReleaseVerdicts(comparisonReaders(), rows, query, { releases: history, reach: kept, now: at }),
  );
  return releasesPage({
    ...{ query, ignored, releases, figures, verdicts, kept },
    grafana: grafana(),
    now: at,
  });
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.documentTitle ?? "Releases" }];

export default function Releases() {
  return <ReleasesPage page={useLoaderData<typeof loader>()} />;
}
