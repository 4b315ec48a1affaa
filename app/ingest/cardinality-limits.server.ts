import {
  admitBuilds,
  admitRoutes,
  selectBuilds,
  selectRoutes,
  vouchFor,
} from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { storeMeasurements } from "../storage/measurements.server";
import { storableName, withStorableNames } from "../storage/storable-name";
import { acquireWriterLock } from "../storage/writer-lock.server";
import { type Measurement, OTHER } from "../vitals/measurement";
import { DAY, floorTo, MINUTE } from "../vitals/time";
import { KnownRoutes } from "./known-routes";
import type { VouchedNames } from "./vouched-names";

export type CardinalityLimits = {
  maxRoutes: number;
  maxNewBuildsPerDay: number;
  /** Whether the notations of one route count as the one that came first; the default is true. */
  mergeRouteNotations?: boolean;
  /** Who named routes and builds; absent where new names need no senders. */
  vouched?: { routes: VouchedNames; builds: VouchedNames };
};

/** How long the known and rejected names are cached before they are read from the database again, in ms. */
const CACHE_DURATION = MINUTE;

/** Cached names of one kind: those below the cardinality limit, and those recently rejected by it. */
class KnownNames {
  #accepted = new Set<string>();
  readonly #rejected = new Set<string>();

  replace(accepted: readonly string[]): void {
    this.#accepted = new Set(accepted);
    this.#rejected.clear();
  }

  /** The `names` that are neither accepted nor rejected yet. */
  unknown(names: Iterable<string>): string[] {
    const unknown = new Set<string>();
    for (const name of names) {
      if (name !== OTHER && !this.#accepted.has(name) && !this.#rejected.has(name)) unknown.add(name);
    }
    return [...unknown];
  }

  /** Forgets that the limit rejected names. */
  retry(names: readonly string[]): void {
    for (const name of names) this.#rejected.delete(name);
  }

  /** Adds `accepted` to the accepted names, and the other `candidates` to the rejected ones. */
  add(candidates: readonly string[], accepted: readonly string[]): void {
    for (const name of accepted) this.#accepted.add(name);
    for (const name of candidates) if (!this.#accepted.has(name)) this.#rejected.add(name);
  }

  has = (name: string): boolean => this.#accepted.has(name);

  nameOf = (name: string): string => (this.#accepted.has(name) ? name : OTHER);
}

/** A function that remembers its last result: the measurements of a beacon have the same names. */
function repeatable(nameOf: (text: string) => string): (text: string) => string {
  let last: { text: string; name: string } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, name: nameOf(text) };
    return last.name;
  };
}

/** The different names of a batch, in their order. */
function distinct(batch: readonly Measurement[], field: "route" | "buildVersion"): Set<string> {
  const names = new Set<string>();
  let last: string | null = null;
  for (const { [field]: name } of batch) {
    if (name !== last) names.add(name);
    last = name;
  }
  return names;
}

/**
 * Creates a store that limits the number of routes and of new builds: names over the limit are stored as `(other)`. The
 * limits hold across processes, because the transaction that stores checks them. A process may use a deleted name for
 * another minute, until its cache expires.
 */
export function createCappedStore(database: Database, limits: CardinalityLimits) {
  const routes = new KnownRoutes(limits.mergeRouteNotations ?? true);
  const builds = new KnownNames();
  const { vouched } = limits;
  const { engine } = database.write;
  const storable = (name: string): string => storableName(engine, name);
  let loadedAt = Number.NEGATIVE_INFINITY;

  /** Other processes add names too, and delete old ones. */
  async function refresh(at: number): Promise<void> {
    if (at - loadedAt < CACHE_DURATION && at >= loadedAt) return;
    routes.replace(await selectRoutes(database.read));
    builds.replace(await selectBuilds(database.read));
    loadedAt = at;
  }

  function capped(batch: readonly Measurement[]): Measurement[] {
    const routeOf = repeatable(routes.nameOf);
    const buildOf = repeatable(builds.nameOf);
    return batch.map((m) => {
      const route = routeOf(m.route);
      const buildVersion = buildOf(m.buildVersion);
      return route === m.route && buildVersion === m.buildVersion ? m : { ...m, route, buildVersion };
    });
  }

  /** Admits names in two parts: those that several senders named, and the others. */
  async function admit(
    names: readonly string[],
    isVouched: (name: string) => boolean,
    at: number,
    admitNames: (names: readonly string[], vouchedAt: number | null) => Promise<string[]>,
  ): Promise<string[]> {
    if (vouched === undefined) return admitNames(names, 0);
    const known = names.filter(isVouched);
    const unknown = names.filter((name) => !isVouched(name));
    return [...(await admitNames(known, at)), ...(await admitNames(unknown, null))];
  }

  /** Names that several senders named since the last batch. */
  const newlyVouched = () => ({
    routes: vouched?.routes.waiting ?? [],
    builds: vouched?.builds.waiting ?? [],
  });

  /** Admits the new names of a batch in the transaction that stores it. */
  async function storeWithNewNames(
    batch: readonly Measurement[],
    newRoutes: readonly string[],
    newBuilds: readonly string[],
    nowVouched: { routes: readonly string[]; builds: readonly string[] },
    at: number,
  ): Promise<void> {
    let runs = 0;
    try {
      await database.transaction("urgent", async (tx) => {
        await acquireWriterLock(tx, "commit", at);
        // What an earlier run added was rolled back with it.
        if (runs > 0) {
          routes.replace(await selectRoutes(tx));
          builds.replace(await selectBuilds(tx));
        }
        runs += 1;
        await routes.refresh(newRoutes, () => selectRoutes(tx));
        const unknown = routes.unknown(newRoutes);
        if (unknown.length > 0) {
          const admitted = await admit(
            unknown,
            (name) => vouched?.routes.has(name) === true,
            at,
            (names, by) => admitRoutes(tx, names, limits.maxRoutes, at, by),
          );
          routes.add(unknown, admitted);
        }
        if (newBuilds.length > 0) {
          const perDay = limits.maxNewBuildsPerDay;
          const admitted = await admit(
            newBuilds,
            (name) => vouched?.builds.has(name) === true,
            at,
            (names, by) => admitBuilds(tx, names, perDay, floorTo(at, DAY), at, by),
          );
          builds.add(newBuilds, admitted);
        }
        await vouchFor(tx, nowVouched, at);
        await storeMeasurements(tx, capped(batch), at);
      });
    } catch (error) {
      // The transaction is rolled back, so names added in it are read again.
      loadedAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  /** Resolves when the batch is under way, or stored where it has new names. */
  async function begin(received: readonly Measurement[], at: number): Promise<{ isStored: Promise<void> }> {
    await refresh(at);
    const batch = received.map((m) => withStorableNames(engine, m));
    const nowVouched = newlyVouched();
    routes.retry(nowVouched.routes);
    builds.retry(nowVouched.builds);
    const newRoutes = routes.unknown(distinct(batch, "route"));
    const newBuilds = builds.unknown(distinct(batch, "buildVersion"));
    const isSettled = nowVouched.routes.length === 0 && nowVouched.builds.length === 0;
    if (newRoutes.length === 0 && newBuilds.length === 0 && isSettled) {
      return { isStored: storeMeasurements(database.write, capped(batch), at) };
    }
    await storeWithNewNames(batch, newRoutes, newBuilds, nowVouched, at);
    vouched?.routes.recorded(nowVouched.routes);
    vouched?.builds.recorded(nowVouched.builds);
    return { isStored: Promise.resolve() };
  }

  let last: Promise<unknown> = Promise.resolve();

  /** Durable when the promise is fulfilled; nothing is stored when it is rejected. */
  async function store(batch: readonly Measurement[], at: number): Promise<void> {
    // One at a time until it is under way: names that one batch admits must not change while another reads them.
    const begun = last.then(() => begin(batch, at));
    last = begun.catch(() => {});
    await (await begun).isStored;
  }

  return Object.assign(store, {
    /** Measurements of a committed batch under the names that they are stored with. */
    stored: (batch: readonly Measurement[]) => capped(batch.map((m) => withStorableNames(engine, m))),
    /** Whether a route is below the cardinality limit, as far as this process knows. */
    hasRoute: (route: string) => routes.has(storable(route)),
    /** The same for a build. */
    hasBuild: (build: string) => builds.has(storable(build)),
    /** The spelling of a route that is below the limit; others as they would be stored. */
    routeName: (route: string): string =>
      routes.has(storable(route)) ? routes.nameOf(storable(route)) : storable(route),
    /** A build version as it would be stored below the limit. */
    buildName: storable,
  });
}
