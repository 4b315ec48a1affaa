import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { authorizeApi } from "../auth/authorize-api.server";
import { AnnouncementError, parseAnnouncement } from "../ingest/announcement";
import { now } from "../platform/clock.server";
import { releasesJson } from "../presenters/api/releases-json";
import { releaseFigures, releasePage } from "../presenters/tables/release-table";
import { parseQuery } from "../query/cockpit-query";
import { queryReleaseFigures } from "../query/releases/release-figures.server";
import { queryReleases } from "../query/releases/releases.server";
import { answerRead } from "../runtime/answer-read.server";
import { database } from "../runtime/database.server";
import { retention } from "../runtime/retention.server";
import { BodyError, readBody } from "../server/request-body.server";
import { databaseUnavailable, jsonNoStore, methodNotAllowed } from "../server/responses.server";
import { announceRelease } from "../storage/releases.server";
import { isUnavailable } from "../storage/unavailable.server";

const MAX_BODY = 16 * 1024;

/** The releases (all of them, or those of one `page`), what they measured, and which is the current one. */
export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const refusal = await authorizeApi(request, "read");
  if (refusal !== null) return refusal;
  return answerRead(() => releases(new URL(request.url).searchParams));
}

async function releases(params: URLSearchParams): Promise<Response> {
  const { query, ignored } = parseQuery(params);
  const { read } = database();
  const result = await queryReleases(read, retention().hourly, now());
  const page = releasePage(result, params.has("page") ? query.page : "all");
  const builds = page.rows.map(({ buildVersion }) => buildVersion);
  const figures = await queryReleaseFigures(read, builds, query, releaseFigures);
  return jsonNoStore({ ...releasesJson(result, page, figures), ignored });
}

/** Announces a deploy. Announcing the same build again corrects its time and link. */
export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  const refusal = await authorizeApi(request, "announce");
  if (refusal !== null) return refusal;
  if (request.method !== "POST") return methodNotAllowed("GET, HEAD, POST");
  try {
    const announcement = parseAnnouncement(await readBody(request, MAX_BODY), now());
    await announceRelease(database().write, announcement, now());
    const { buildVersion, announcedAt, link } = announcement;
    return jsonNoStore({ buildVersion, time: new Date(announcedAt).toISOString(), link }, { status: 201 });
  } catch (error) {
    if (error instanceof AnnouncementError) return jsonNoStore({ error: error.message }, { status: 400 });
    if (error instanceof BodyError) {
      return jsonNoStore(
        { error: error.message },
        { status: error.status, headers: { Connection: "close" } },
      );
    }
    if (isUnavailable(error)) return databaseUnavailable(error, "written");
    throw error;
  }
}
