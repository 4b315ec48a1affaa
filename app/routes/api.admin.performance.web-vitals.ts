import type { LoaderFunctionArgs } from "@remix-run/node";
import { refuseUnlessAdmin } from "../auth/api-guard.server";
import { now } from "../platform/clock.server";
import { freshJson, methodNotAllowed } from "../platform/http.server";
import { vitalsJson } from "../presenters/vitals-json";
import { parseQuery } from "../query/cockpit-query";
import { unitReader } from "../query/instance.server";
import { queryReleases } from "../query/releases.server";
import { queryRoutes, queryView } from "../query/vitals.server";
import { retention } from "../rollup/instance.server";
import { database } from "../storage/instance.server";

/** The JSON twin of the cockpit's page. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = refuseUnlessAdmin(request);
  if (refusal !== null) return refusal;
  const { query, ignored } = parseQuery(new URL(request.url).searchParams);
  const { read } = database();
  const reach = retention();
  const view = await queryView(unitReader(), query, reach, now());
  const routes = await queryRoutes(unitReader(), query, reach, now());
  const { releases } = await queryReleases(read, reach.hourly, now());
  return freshJson(vitalsJson({ query, ignored, view, routes, releases }));
}

export const action = (): Response => methodNotAllowed("GET, HEAD");
