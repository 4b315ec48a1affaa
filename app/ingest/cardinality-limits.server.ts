import { admitBuilds, admitRoutes, selectBuilds, selectRoutes } from "../storage/cardinality.server";
import type { Database } from "../storage/database.server";
import { storeMeasurements } from "../storage/measurements.server";
import { acquireWriterLock } from "../storage/writer-lock.server";
import { type Measurement, OTHER } from "../vitals/measurement";
import { DAY, floorTo, MINUTE } from "../vitals/time";

export type AdmissionLimits = { maxRoutes: number; maxNewBuildsPerDay: number };

/** How long a route or build that found no room is turned away without asking the database again, in ms. */
const REMEMBERED = MINUTE;

/** Names of one kind that have a place, and those that lately found none. */
class KnownNames {
  #admitted = new Set<string>();
  readonly #refused = new Set<string>();

  replace(admitted: readonly string[]): void {
    this.#admitted = new Set(admitted);
    this.#refused.clear();
  }

  /** Those of `names` that nothing is known about. */
  unknown(names: Iterable<string>): string[] {
    const unknown = new Set<string>();
    for (const name of names) {
      if (name !== OTHER && !this.#admitted.has(name) && !this.#refused.has(name)) unknown.add(name);
    }
    return [...unknown];
  }

  learn(asked: readonly string[], admitted: readonly string[]): void {
    for (const name of admitted) this.#admitted.add(name);
    for (const name of asked) if (!this.#admitted.has(name)) this.#refused.add(name);
  }

  nameOf = (name: string): string => (this.#admitted.has(name) ? name : OTHER);
}

/**
 * Stores batches of measurements, keeping the number of routes and of new builds within bounds: what finds no
 * room is stored as `(other)`. The bounds hold across processes, since they are checked in the transaction that
 * stores; a place that was freed may be used for another minute by who remembers it.
 */
export function createCappedStore(database: Database, limits: AdmissionLimits) {
  const routes = new KnownNames();
  const builds = new KnownNames();
  let loadedAt = Number.NEGATIVE_INFINITY;

  /** Other processes admit names too, and free the places of forgotten ones. */
  async function refresh(at: number): Promise<void> {
    if (at - loadedAt < REMEMBERED && at >= loadedAt) return;
    routes.replace(await selectRoutes(database.read));
    builds.replace(await selectBuilds(database.read));
    loadedAt = at;
  }

  const bounded = (batch: readonly Measurement[]): Measurement[] =>
    batch.map((m) => ({ ...m, route: routes.nameOf(m.route), buildVersion: builds.nameOf(m.buildVersion) }));

  /** Durable when the promise is fulfilled; nothing is stored when it is rejected. */
  return async function store(batch: readonly Measurement[], at: number): Promise<void> {
    await refresh(at);
    const newRoutes = routes.unknown(batch.map((m) => m.route));
    const newBuilds = builds.unknown(batch.map((m) => m.buildVersion));
    if (newRoutes.length === 0 && newBuilds.length === 0) {
      await storeMeasurements(database.write, bounded(batch), at);
      return;
    }
    try {
      await database.transaction("urgent", async (tx) => {
        await acquireWriterLock(tx, "commit", at);
        if (newRoutes.length > 0) {
          routes.learn(newRoutes, await admitRoutes(tx, newRoutes, limits.maxRoutes, at));
        }
        if (newBuilds.length > 0) {
          const perDay = limits.maxNewBuildsPerDay;
          builds.learn(newBuilds, await admitBuilds(tx, newBuilds, perDay, floorTo(at, DAY), at));
        }
        await storeMeasurements(tx, bounded(batch), at);
      });
    } catch (error) {
      // What was learnt inside is rolled back with it.
      loadedAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  };
}
