import { data, type HeadersFunction, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { authorizeJsonPage } from "../auth/authorize-json-page.server";
import { readOnlyAction } from "../auth/page-action.server";
import { ProfilingPage } from "../components/profiling-page/profiling-page";
import type { ProfilingPageModel } from "../presenters/profiling-page/profiling-page";
import { ProfilingError } from "../profiling/start-request";
import { parseProfilingQuery } from "../query/profiling-query";
import { profileSource, requireProfiling } from "../runtime/profiling.server";
import { profilingView } from "../runtime/profiling-page.server";
import { JSON_PAGE, type JsonData, wantsJson } from "../server/json-page.server";
import { type PageData, pageData } from "../server/page-data";
import { jsonNoStore } from "../server/responses.server";

type Loaded = PageData<ProfilingPageModel | null> & Partial<JsonData>;

export const handle = {
  ...JSON_PAGE,
  refresh: (loaded: unknown): number | null => {
    const state = (loaded as Loaded | undefined)?.page?.state;
    return state?.ok ? (state.value.start.countdown?.refresh ?? null) : null;
  },
};

export const headers: HeadersFunction = ({ loaderHeaders, actionHeaders }) =>
  new Headers([...loaderHeaders, ...actionHeaders]);

export const action = readOnlyAction;

/** Profiles of this process and of the targets: a page, or the state as JSON. */
export async function loader({ request }: LoaderFunctionArgs) {
  requireProfiling();
  await authorizeJsonPage(request, "profile");
  const { query, ignored } = parseProfilingQuery(new URL(request.url).searchParams);
  if (wantsJson(request)) return stateJson(query.target);
  const { page, status } = await profilingView(query, ignored);
  return data<Loaded>(pageData(page), { status });
}

async function stateJson(target: string) {
  try {
    return data<Loaded>(Object.assign(pageData(null), { json: await profileSource(target).state() }));
  } catch (error) {
    if (error instanceof ProfilingError)
      throw jsonNoStore({ error: error.message }, { status: error.status });
    throw error;
  }
}

export const meta: MetaFunction = ({ data: loaded }) => [
  { title: (loaded as Loaded | undefined)?.page?.documentTitle ?? "Profiling" },
];

export default function Profiling() {
  const { page } = useLoaderData() as Loaded;
  return page === null ? null : <ProfilingPage page={page} />;
}
