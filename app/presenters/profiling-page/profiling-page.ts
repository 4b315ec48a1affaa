import type { GrafanaConfig } from "../../grafana/grafana-config";
import { profilesDrilldownUrl } from "../../grafana/signal-links";
import type { CallTree } from "../../profiling/call-tree";
import type { ProfileRecord, ProfilingState } from "../../profiling/profile-record";
import {
  buildProfilingQuery,
  DEFAULT_PROFILING_QUERY,
  type IgnoredProfilingParam,
  type ProfilingQuery,
} from "../../query/profiling-query";
import { MINUTE, SECOND } from "../../vitals/time";
import { NARROW_SPACE } from "../format/format";
import { type PageHeaderModel, plainHeader } from "../page/page-header";
import { mapPanel, type Panel } from "../panel";
import { bytesText } from "./amounts";
import { type FlameChartModel, flameChart } from "./flame-chart";
import { downloadHref, PROFILING_PATH, profilingHref } from "./links";
import { type ProfileChangesModel, profileChanges } from "./profile-changes";
import { type ProfileFiguresModel, profileFigures } from "./profile-figures";
import { KIND_NAMES, type ProfileRowModel, profileRow, reasonOf } from "./profile-list";
import { type StartFormModel, startForm } from "./start-form";

type OpenProfile = { record: ProfileRecord; tree: CallTree };

export type ProfilingPageModel = {
  documentTitle: string;
  header: PageHeaderModel;
  /** Sentences on parameters that could not be used. */
  ignored: string[];
  /** Why the last start failed; `null` where none did. */
  problem: string | null;
  /** Empty where there is only the cockpit itself. */
  targets: Array<{ text: string; href: string; current: boolean }>;
  state: Panel<{ service: string; start: StartFormModel; rows: ProfileRowModel[] }>;
  /** `null` where no profile is open. */
  profile: Panel<ProfilePanelModel> | null;
  changes: Panel<ProfileChangesModel> | null;
  /** Continuous profiles in Grafana; `null` where none are configured. */
  drilldownHref: string | null;
  /** The address of this view, for a reload after the countdown. */
  href: string;
};

export type ProfilePanelModel = {
  title: string;
  summary: string;
  downloadHref: string;
  closeHref: string;
  search: {
    action: string;
    q: string;
    hidden: Array<{ name: string; value: string }>;
    clearHref: string | null;
  };
  figures: ProfileFiguresModel;
  chart: FlameChartModel;
};

export type ProfilingPageInput = {
  query: ProfilingQuery;
  ignored: readonly IgnoredProfilingParam[];
  problem: string | null;
  targets: readonly string[];
  state: Panel<ProfilingState>;
  /** The profile that the query names; `null` where it names none. */
  open: Panel<OpenProfile> | null;
  baseline: Panel<OpenProfile> | null;
  grafana: GrafanaConfig | null;
  now: number;
};

/** The page of profiles: what runs, the last ten, and the one that is open. */
export function profilingPage(input: ProfilingPageInput): ProfilingPageModel {
  const { query, open, baseline, now } = input;
  const opened = open?.ok ? open.value : null;
  const record = opened?.record ?? null;
  return {
    documentTitle: record === null ? "Profiling" : `${KIND_NAMES[record.kind]} profile · Profiling`,
    header: plainHeader("Profiling", PROFILING_PATH),
    ignored: input.ignored.map(({ param, value }) => `${param} can't be “${value}”; it was left out.`),
    problem: input.problem,
    targets:
      input.targets.length === 0
        ? []
        : ["", ...input.targets].map((target) => ({
            text: target === "" ? "This cockpit" : target,
            href: profilingHref({ ...DEFAULT_PROFILING_QUERY, target }),
            current: target === query.target,
          })),
    state: mapPanel(input.state, (state) => ({
      service: state.service,
      start: startForm(state, query.target),
      rows: state.profiles.map((one) => profileRow(one, query, record, now)),
    })),
    profile:
      withoutFile(input) ?? (open === null ? null : mapPanel(open, (value) => profilePanel(value, query))),
    changes:
      opened === null || baseline === null
        ? null
        : mapPanel(baseline, (value) => profileChanges(value, opened, query)),
    drilldownHref: drilldownOf(input, record),
    href: profilingHref(query),
  };
}

/** Why the profile that the query names has no file; `null` where it may have one, and while it runs. */
function withoutFile({ query, state }: ProfilingPageInput): Panel<never> | null {
  const record = state.ok ? state.value.profiles.find(({ id }) => id === query.id) : undefined;
  const message = record === undefined ? null : reasonOf(record);
  return message === null ? null : { ok: false, message };
}

function profilePanel({ record, tree }: OpenProfile, query: ProfilingQuery): ProfilePanelModel {
  const { q, ...others } = query;
  const hidden = [...buildProfilingQuery({ ...others, q: "" })].map(([name, value]) => ({ name, value }));
  const size = record.bytes === null ? [] : [bytesText(record.bytes)];
  return {
    title: `${KIND_NAMES[record.kind]} profile of ${record.service}${record.release === null ? "" : ` ${record.release}`}`,
    summary: [`${record.duration}${NARROW_SPACE}s`, record.node, ...size, record.id].join(" · "),
    downloadHref: downloadHref(query, record.id),
    closeHref: profilingHref({ ...DEFAULT_PROFILING_QUERY, target: query.target }),
    search: {
      action: PROFILING_PATH,
      q,
      hidden,
      clearHref: q === "" ? null : profilingHref(query, { q: "" }),
    },
    figures: profileFigures(tree, query),
    chart: flameChart(tree, query),
  };
}

/** The same service in Profiles Drilldown: around the open profile, else the last hour. */
function drilldownOf({ grafana, state }: ProfilingPageInput, record: ProfileRecord | null): string | null {
  if (grafana === null) return null;
  const service = record?.service ?? (state.ok ? state.value.service : null);
  const range =
    record === null
      ? { from: "now-1h", to: "now" }
      : {
          from: String(record.startedAt - 5 * MINUTE),
          to: String(record.startedAt + record.duration * SECOND + 5 * MINUTE),
        };
  return service === null ? null : profilesDrilldownUrl(grafana, service, range);
}
