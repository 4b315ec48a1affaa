import { selectBusiestRoutes } from "../storage/cardinality.server";
import { selectReleases } from "../storage/releases.server";
import type { Statements } from "../storage/statements.server";
import type { Retention } from "../storage/summary-sets";
import type { Release } from "../vitals/release";
import type { SourceFilter, ViewSources } from "../vitals/sources";
import type { TimeWindow } from "../vitals/time";
import { queryAttribution } from "./attribution/attribution.server";
import type { AttributionSummary } from "./attribution/attribution-result";
import type { CockpitQuery } from "./cockpit-query";
import { queryChangeBreakdown } from "./comparison/change-breakdown.server";
import type { ComparisonContext } from "./comparison/comparing";
import { queryComparison } from "./comparison/comparison.server";
import type {
  ChangeBreakdown,
  ComparedSources,
  Comparison,
  ComparisonResult,
} from "./comparison/comparison-result";
import { withCurrentRelease } from "./comparison/current-release-query";
import type { ComparisonReaders } from "./comparison/readers.server";
import { queryReleaseVerdicts } from "./comparison/release-verdicts.server";
import { queryReleaseFigures } from "./releases/release-figures.server";
import type { ReleaseMemory } from "./releases/release-memory";
import { queryReleases } from "./releases/releases.server";
import type { ReleaseHistory } from "./releases/releases-result";
import type { SummaryReader } from "./summaries/summary-reader.server";
import { filterOf } from "./summary-filter";
import { queryRouteSplits, querySitePageViews } from "./view/route-splits.server";
import type { RouteSplits } from "./view/route-splits-result";
import { queryRoutes, queryView, type ViewOptions } from "./view/view.server";
import type { ViewMemory } from "./view/view-memory";
import type { MetricSketches, RouteResult, ViewResult } from "./view/view-result";

/** Bound of the work for links to traces. */
const MAX_KNOWN_ROUTES = 1_000;

/** Readers, retention (ms) and current time (ms) of all queries of a request. */
export type PageSources = {
  read: Statements;
  summaries: SummaryReader;
  comparison: ComparisonReaders;
  /** What views and the timeline remember between requests; absent: everything is computed anew. */
  memory?: { view: ViewMemory; releases: ReleaseMemory };
  /** Whether views need the TTFB of loads that waited, for links to traces; they do unless this is `false`. */
  isWaited?: boolean;
  retention: Retention & { raw: number };
  /** The largest sources of a part of the traffic, as far as this process knows them; `null`: nothing is known. */
  largestSources?: (filter: SourceFilter) => ViewSources | null;
  now: number;
};

/**
 * The queries of one request. In a comparison the figures are of the release that is current in the query's window, so
 * releases are read first, and once.
 */
export class PageContext {
  #releases: Promise<ReleaseHistory> | null = null;

  constructor(
    readonly query: CockpitQuery,
    readonly sources: PageSources,
  ) {}

  releases(): Promise<ReleaseHistory> {
    const { read, retention, now, memory } = this.sources;
    this.#releases ??= queryReleases(read, retention.hourly, now, memory?.releases);
    return this.#releases;
  }

  /** All releases. Computes no timeline without a comparison. */
  async releaseList(): Promise<Release[]> {
    if (this.query.compare === null) return selectReleases(this.sources.read);
    return (await this.releases()).releases;
  }

  /** The query with the current release; unchanged when the releases cannot be read. */
  async #figuresQuery(): Promise<CockpitQuery> {
    if (this.query.compare === null) return this.query;
    const releases = await this.releases().catch(() => null);
    return withCurrentRelease(this.query, releases, this.sources.retention, this.sources.now);
  }

  /** @param route replaces the query's route */
  async view(route = this.query.route): Promise<ViewResult> {
    const { summaries, retention, now } = this.sources;
    const query = { ...(await this.#figuresQuery()), route };
    return queryView(summaries, query, retention, now, this.#viewOptions());
  }

  /**
   * The largest sources of a view.
   * @param window of the view
   * @param route replaces the query's route
   */
  async largestSources(window: TimeWindow, route = this.query.route): Promise<ViewSources | null> {
    const { devices, navigation, buildVersion } = filterOf(await this.#figuresQuery());
    const filter = { windows: [window], route, buildVersion, devices, navigation };
    return this.sources.largestSources?.(filter) ?? null;
  }

  /** The largest sources of both sides of a comparison of the site, in its windows. */
  async comparedSources({ windows, current, baseline, previous }: Comparison): Promise<ComparedSources> {
    const { devices, navigation } = filterOf(this.query);
    const [ofCurrent = null, ofBaseline = null] = [
      { windows: windows.current, buildVersion: current },
      { windows: windows.baseline, buildVersion: baseline },
    ].map((side) => this.sources.largestSources?.({ ...side, route: null, devices, navigation }) ?? null);
    const isNamed = ofCurrent !== null && ofCurrent.largest.length > 0;
    return {
      current: { sources: ofCurrent, total: isNamed ? (await this.view()).total : null },
      baseline: { sources: ofBaseline, total: previous },
    };
  }

  /** The largest sources of releases, in all of the time that this process knows. */
  releaseSources(releases: readonly Release[]): Map<string, ViewSources | null> {
    const { devices, navigation } = filterOf(this.query);
    const windows = [{ from: 0, to: this.sources.now }];
    return new Map(
      releases.map(({ buildVersion }) => [
        buildVersion,
        this.sources.largestSources?.({ windows, route: null, buildVersion, devices, navigation }) ?? null,
      ]),
    );
  }

  async routes(): Promise<RouteResult[]> {
    const { summaries, retention, now } = this.sources;
    return queryRoutes(summaries, await this.#figuresQuery(), retention, now, this.#viewOptions());
  }

  #viewOptions(): ViewOptions {
    const { memory, isWaited = true } = this.sources;
    return { isWaited, ...(memory !== undefined && { memory: memory.view }) };
  }

  /** The busiest routes of the site in any view, which links to traces distinguish. */
  async knownRoutes(): Promise<string[]> {
    return selectBusiestRoutes(this.sources.read, MAX_KNOWN_ROUTES);
  }

  async sitePageViews(): Promise<number> {
    const { summaries, retention, now } = this.sources;
    return querySitePageViews(summaries, await this.#figuresQuery(), retention, now);
  }

  async routeSplits(route: string): Promise<RouteSplits> {
    const { summaries, retention, now } = this.sources;
    return queryRouteSplits(summaries, await this.#figuresQuery(), route, retention, now);
  }

  async attribution(route: string): Promise<AttributionSummary> {
    const { read, retention, now } = this.sources;
    return queryAttribution(read, await this.#figuresQuery(), route, retention, now);
  }

  /** @param view whose chart has both releases; `null` for no trend */
  async comparison(
    view: ViewResult | null,
    looks: ComparisonContext["looks"] = "often",
  ): Promise<ComparisonResult> {
    const context = { ...(await this.#comparisonContext()), looks };
    return queryComparison(this.sources.comparison, this.query, context, view);
  }

  async changeBreakdown(route: string): Promise<ChangeBreakdown> {
    const { read, comparison } = this.sources;
    return queryChangeBreakdown(comparison, read, { ...this.query, route }, await this.#comparisonContext());
  }

  /** @param figuresOf extracts figures from one build's sketches, which are released afterwards */
  async releaseFigures<T>(
    releases: readonly Release[],
    figuresOf: (metrics: MetricSketches) => T,
  ): Promise<Map<string, T>> {
    const builds = releases.map(({ buildVersion }) => buildVersion);
    return queryReleaseFigures(this.sources.read, builds, this.query, figuresOf);
  }

  async releaseVerdicts(releases: readonly Release[]): Promise<Map<string, ComparisonResult>> {
    return queryReleaseVerdicts(
      this.sources.comparison,
      releases,
      this.query,
      await this.#comparisonContext(),
    );
  }

  async #comparisonContext(): Promise<ComparisonContext & Pick<PageSources, "retention">> {
    const { retention, now } = this.sources;
    return { releases: await this.releases(), retention, now };
  }
}
