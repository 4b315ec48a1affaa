import {
  type ActionFunctionArgs,
  data,
  type HeadersFunction,
  type LoaderFunctionArgs,
  type MetaFunction,
  redirect,
} from "@remix-run/node";
import { useActionData } from "@remix-run/react";
import { authorizeJsonPage } from "../auth/authorize-json-page.server";
import { authorizePage } from "../auth/authorize-page.server";
import { TextLink } from "../components/format/text-link";
import { PlainPage } from "../components/page/plain-page";
import { ProfilingPage } from "../components/profiling-page/profiling-page";
import { profileHref } from "../presenters/profiling-page/links";
import type { ProfilingPageModel } from "../presenters/profiling-page/profiling-page";
import { ProfilingError, parseStart, startFields } from "../profiling/start-request";
import { DEFAULT_PROFILING_QUERY, parseProfilingQuery } from "../query/profiling-query";
import { profileSource, requireProfiling } from "../runtime/profiling.server";
import { profilingView } from "../runtime/profiling-page.server";
import { JSON_PAGE, type JsonData, wantsJson } from "../server/json-page.server";
import { type PageData, pageData } from "../server/page-data";
import { BodyError, readBody } from "../server/request-body.server";

const MAX_BODY = 16 * 1024;

type Result = PageData<ProfilingPageModel | null> & JsonData;

export const handle = JSON_PAGE;

export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders;

/** Checks the access of those who open the address; the page leads to the form. */
export async function loader({ request }: LoaderFunctionArgs): Promise<null> {
  requireProfiling();
  await authorizePage(request, "profile");
  return null;
}

/** Starts a profile of this process or of a target: for the form a redirect, for programs JSON. */
export async function action({ request }: ActionFunctionArgs) {
  requireProfiling();
  await authorizeJsonPage(request, "profile");
  if (request.method !== "POST") {
    return failed(request, "", { status: 405, message: "Use POST.", headers: { Allow: "GET, HEAD, POST" } });
  }
  let target = "";
  try {
    const fields = startFields(await readBody(request, MAX_BODY), request.headers.get("content-type"));
    target = fields.find(([name]) => name === "target")?.[1] ?? "";
    const { target: chosen, ...options } = parseStart(fields);
    const profile = await profileSource(chosen).start(options);
    if (wantsJson(request)) return data<Result>({ page: null, json: { profile } }, { status: 202 });
    return redirect(profileHref({ ...DEFAULT_PROFILING_QUERY, target: chosen }, profile.id), 303);
  } catch (error) {
    if (error instanceof BodyError) return failed(request, target, error);
    if (!(error instanceof ProfilingError)) throw error;
    const { status, message, retryAfter } = error;
    const headers: Record<string, string> = retryAfter === null ? {} : { "Retry-After": String(retryAfter) };
    return failed(request, target, { status, message, headers });
  }
}

/** The page with the reason, or the reason as JSON. */
async function failed(
  request: Request,
  target: string,
  { status, message, headers = {} }: { status: number; message: string; headers?: Record<string, string> },
) {
  const { query } = parseProfilingQuery(new URLSearchParams({ target }));
  const page = wantsJson(request) ? null : (await profilingView(query, [], message)).page;
  return data<Result>(Object.assign(pageData(page), { json: { error: message } }), { status, headers });
}

export const meta: MetaFunction = () => [{ title: "Profiling" }];

export default function Start() {
  const result = useActionData<Result>();
  if (result?.page != null) return <ProfilingPage page={result.page} />;
  return (
    <PlainPage title="Start a profile">
      <p>
        <TextLink href="/admin/profiling">The page of profiles</TextLink> has the form.
      </p>
    </PlainPage>
  );
}
