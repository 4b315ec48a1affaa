import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { service } from "../observability/service.server";
import { monotonic, now } from "../platform/clock.server";
import { env, mode } from "../platform/env.server";
import { log } from "../platform/log.server";
import { projectRoot } from "../platform/project-root";
import { singleton } from "../platform/singleton.server";
import { cockpitVersion } from "../platform/version.server";
import { type CallTree, callTree } from "../profiling/call-tree";
import { parseProfile } from "../profiling/parse-profile";
import type { ProfileRecord, ProfilingState } from "../profiling/profile-record";
import { Profiler } from "../profiling/profiler.server";
import { sourceMapper } from "../profiling/source-maps.server";
import { ProfilingError, type StartOptions } from "../profiling/start-request";
import { TargetClient } from "../profiling/target-client.server";
import { profileFolder } from "./profile-folder.server";

/** Whether `/admin/profiling` exists: in production only where PROFILING_ENABLED asks for it. */
export const isProfilingEnabled = (): boolean => env().PROFILING_ENABLED ?? mode() === "development";

/** @throws Response 404 where profiling is off: the routes do not exist then */
export function requireProfiling(): void {
  if (!isProfilingEnabled()) throw new Response(null, { status: 404 });
}

/** Nodes of all profiles in the cache: about 300 bytes each. */
const CACHED_NODES = 300_000;

/** What starts and reads profiles: this process, or a target. */
export type ProfileSource = {
  state(): Promise<ProfilingState>;
  start(options: StartOptions): Promise<ProfileRecord>;
  read(id: string): Promise<{ record: ProfileRecord; content: Buffer }>;
};

/** The profiler of this process. */
const ownProfiler = (): Profiler =>
  singleton("profiler", () => {
    const build = join(projectRoot(), "build");
    return new Profiler({
      folder: profileFolder("profiles"),
      service: service().name,
      release: cockpitVersion(),
      mapFrame: sourceMapper((path) => path.startsWith(build)),
      clock: now,
      monotonic,
      onFailure: (reason) => log().error({ reason }, "a profile could not be stored"),
    });
  });

/** Names of the targets, in their order. */
export const targetNames = (): string[] => (env().PROFILING_TARGETS ?? []).map(({ name }) => name);

/**
 * @param target empty for this process
 * @throws ProfilingError 400 for a target that is not configured
 */
export function profileSource(target: string): ProfileSource {
  if (target === "") return ownProfiler();
  const configured = env().PROFILING_TARGETS?.find(({ name }) => name === target);
  if (configured !== undefined) return new TargetClient(configured, env().PROFILING_TARGETS_TOKEN);
  const names = targetNames();
  throw new ProfilingError(
    400,
    `target “${target.slice(0, 40)}” is not configured; ${names.length === 0 ? "PROFILING_TARGETS is not set" : `there are ${names.join(", ")}`}.`,
  );
}

type OpenProfile = { record: ProfileRecord; tree: CallTree };

const opened = () =>
  singleton(
    "opened-profiles",
    () =>
      new LRUCache<string, OpenProfile>({
        maxSize: CACHED_NODES,
        sizeCalculation: ({ tree }) => tree.nodes.length + Math.ceil(tree.timeline.length / 4),
      }),
  );

/**
 * A profile, added up. The last few stay in memory, so that zooming does not read the file again.
 * @throws ProfilingError 404 where there is no such profile; 502 or 504 where the target fails
 * @throws ProfileFormatError for a file that can't be read
 */
export async function openProfile(target: string, id: string): Promise<OpenProfile> {
  const key = `${target}/${id}`;
  const known = opened().get(key);
  if (known !== undefined) return known;
  const { record, content } = await profileSource(target).read(id);
  const profile = { record, tree: callTree(parseProfile(content.toString("utf8")), record.folder) };
  opened().set(key, profile);
  return profile;
}
