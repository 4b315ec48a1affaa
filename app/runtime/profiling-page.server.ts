import { now } from "../platform/clock.server";
import { log } from "../platform/log.server";
import type { Panel } from "../presenters/panel";
import { type ProfilingPageModel, profilingPage } from "../presenters/profiling-page/profiling-page";
import { ProfileFormatError } from "../profiling/parse-profile";
import { ProfilingError } from "../profiling/start-request";
import type { IgnoredProfilingParam, ProfilingQuery } from "../query/profiling-query";
import { grafana } from "./observability.server";
import { openProfile, profileSource, targetNames } from "./profiling.server";

/** A panel of the page, or why it is absent with the status of a page that has nothing else to show. */
async function panelOf<T>(name: string, run: () => Promise<T>): Promise<Panel<T> & { status: number }> {
  try {
    return { ok: true, value: await run(), status: 200 };
  } catch (error) {
    if (error instanceof ProfilingError) return { ok: false, message: error.message, status: error.status };
    if (error instanceof ProfileFormatError) return { ok: false, message: error.message, status: 200 };
    log().error({ err: error, panel: name }, "a panel failed");
    return {
      ok: false,
      message: "This could not be read. The log has the reason; reload to try again.",
      status: 200,
    };
  }
}

/**
 * The page of a query, and its HTTP status: 404 for a profile that does not exist, 400 for a target that is not configured.
 * A target that fails is an error in its panel.
 */
export async function profilingView(
  query: ProfilingQuery,
  ignored: readonly IgnoredProfilingParam[],
  problem: string | null = null,
): Promise<{ page: ProfilingPageModel; status: number }> {
  const { target, id, compare } = query;
  const state = await panelOf("state of profiles", async () => profileSource(target).state());
  const listed = state.ok ? state.value.profiles.find((one) => one.id === id) : undefined;
  const hasFile = listed === undefined || listed.state === "complete";
  const open =
    id === null || !state.ok || !hasFile ? null : await panelOf("profile", () => openProfile(target, id));
  const baseline =
    compare === null || !open?.ok
      ? null
      : await panelOf("baseline", () => comparable(target, compare, open.value));
  const page = profilingPage({
    query,
    ignored,
    problem,
    targets: targetNames(),
    state,
    open,
    baseline,
    grafana: grafana(),
    now: now(),
  });
  const failed = [state, open, baseline].find((one) => one?.status === 404 || one?.status === 400);
  return { page, status: failed?.status ?? 200 };
}

type OpenProfile = Awaited<ReturnType<typeof openProfile>>;

/** @throws ProfilingError 400 for a profile of another kind */
async function comparable(target: string, id: string, { record }: OpenProfile): Promise<OpenProfile> {
  const other = await openProfile(target, id);
  if (other.record.kind === record.kind) return other;
  throw new ProfilingError(
    400,
    `A ${record.kind} profile can't be compared with a ${other.record.kind} profile.`,
  );
}
