import {
  buildProfilingQuery,
  DEFAULT_PROFILING_QUERY,
  type ProfilingQuery,
} from "../../query/profiling-query";

export const PROFILING_PATH = "/admin/profiling";

/** A link to the page with what is seen now, but for `changes`. */
export function profilingHref(query: ProfilingQuery, changes: Partial<ProfilingQuery> = {}): string {
  const text = buildProfilingQuery({ ...query, ...changes }).toString();
  return text === "" ? PROFILING_PATH : `${PROFILING_PATH}?${text}`;
}

/** Opens another profile: what was chosen within this one is left behind. */
export const profileHref = (
  { target, sort, q }: ProfilingQuery,
  id: string,
  compare: string | null = null,
): string => profilingHref({ ...DEFAULT_PROFILING_QUERY, target, sort, q, id, compare });

/** The file of a profile. */
export function downloadHref({ target }: ProfilingQuery, id: string): string {
  const params = new URLSearchParams({ id, ...(target === "" ? {} : { target }) });
  return `${PROFILING_PATH}/download?${params}`;
}
