import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { authorizePage } from "../auth/authorize-page.server";
import { readOnlyAction } from "../auth/page-action.server";
import { GrafanaCheck } from "../components/grafana-page/grafana-check";
import { panel } from "../platform/panel.server";
import {
  asksForCheck,
  type GrafanaCheckModel,
  grafanaCheckPage,
} from "../presenters/grafana-page/grafana-check-page";
import { missingForCheck, recentTraceLinkCheck } from "../runtime/trace-link-check.server";
import { type PageData, pageData } from "../server/page-data";

export const action = readOnlyAction;

/** Whether the links to traces find any. */
export async function loader({ request }: LoaderFunctionArgs): Promise<PageData<GrafanaCheckModel>> {
  await authorizePage(request, "read");
  const missing = missingForCheck();
  const isAsked = missing === null && asksForCheck(new URL(request.url).searchParams);
  return pageData(
    grafanaCheckPage(missing, isAsked ? await panel("check of links", recentTraceLinkCheck) : null),
  );
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.page.documentTitle ?? "Links to Traces" },
];

export default function GrafanaLinks() {
  return <GrafanaCheck page={useLoaderData<typeof loader>().page} />;
}
