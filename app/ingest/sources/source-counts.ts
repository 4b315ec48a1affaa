import type { Device } from "../../vitals/devices";
import type { Measurement } from "../../vitals/measurement";
import { type NavigationClass, navigationClassOf } from "../../vitals/navigation";
import type { SourceClass } from "../../vitals/sources";
import { HOUR } from "../../vitals/time";
import { HeavySources, INDEX_OF_METRIC } from "./heavy-sources";
import { RecentIds } from "./recent-ids";
import { sourceClass } from "./source-class";
import { SourceKeys } from "./source-keys";

/** Sources that are counted by hour of the site, and of a route: those that are retained of a past hour are fewer. */
const SITE_SOURCES = { open: 512, past: 64 };
const ROUTE_SOURCES = { open: 128, past: 32 };

/** Hours for which sources are known, where memory suffices: eight days, so that a view of seven has hours before it. */
const MAX_HOURS = 8 * 24;

/** Bound of the memory, in entries of about 160 bytes: some 25 MB. */
const MAX_ENTRIES = 150_000;

/** What a cell without entries counts as. */
const CELL_ENTRIES = 4;

/** Who sent a beacon. */
export type Sender = {
  /** The client's address; `null` if unknown. It is hashed at once. */
  address: string | null;
  userAgent: string;
  origin: string | null;
};

/** The sources of one hour, build, device and navigation class; `route` is `null` for all routes together. */
export type SourceCell = {
  hour: number;
  buildVersion: string;
  route: string | null;
  device: Device;
  navigation: NavigationClass;
  sources: HeavySources;
};

type Hour = {
  hour: number;
  size: number;
  site: Map<string, SourceCell>;
  routes: Map<string, SourceCell>;
  /** Whether its routes were deleted to save memory. */
  siteOnly: boolean;
};

type Cells = { hour: Hour; site: SourceCell | null; route: SourceCell | null };

const isOfSamePage = (a: Measurement, b: Measurement): boolean =>
  a.route === b.route &&
  a.buildVersion === b.buildVersion &&
  a.navigationType === b.navigationType &&
  a.device === b.device &&
  a.receivedAt === b.receivedAt;

export type SourceCountsOptions = {
  keys?: SourceKeys;
  maxEntries?: number;
  /** Called with the cells of the site when their hour is over. */
  onHourEnd?: (cells: readonly SourceCell[]) => void;
};

/**
 * How many values each source sent, by hour, build version, route, device and navigation class. In this process's memory
 * only: nothing of it is stored. Bounded: of each cell the largest sources, of all hours those that fit.
 */
export class SourceCounts {
  readonly #keys: SourceKeys;
  readonly #maxEntries: number;
  readonly #onHourEnd: (cells: readonly SourceCell[]) => void;
  readonly #recent = new RecentIds();
  readonly #hours = new Map<number, Hour>();
  #newest: Hour | null = null;
  #size = 0;
  #startedAt: number | null = null;

  constructor({ keys = new SourceKeys(), maxEntries = MAX_ENTRIES, onHourEnd }: SourceCountsOptions = {}) {
    this.#keys = keys;
    this.#maxEntries = maxEntries;
    this.#onHourEnd = onHourEnd ?? (() => {});
  }

  /** When the first measurement was counted, in ms since the epoch; `null` before. */
  get startedAt(): number | null {
    return this.#startedAt;
  }

  /** Entries in memory. */
  get size(): number {
    return this.#size;
  }

  /** Counts the stored measurements of one beacon; later reports of a measurement count once. */
  record(sender: Sender, measurements: readonly Measurement[]): void {
    const { address } = sender;
    if (address === null) return;
    const key = this.#keys.keyOf(address);
    let first: Measurement | null = null;
    let metrics: number[] = [];
    for (const one of measurements) {
      this.#startedAt ??= one.receivedAt;
      if (one.onlyIfStored === true || !this.#recent.add(one.id)) continue;
      // The measurements of a beacon are mostly of one page.
      if (first === null || !isOfSamePage(first, one)) {
        if (first !== null) this.#countPage(key, sender, first, metrics);
        first = one;
        metrics = [];
      }
      metrics.push(INDEX_OF_METRIC[one.metric]);
    }
    if (first !== null) this.#countPage(key, sender, first, metrics);
    if (this.#size > this.#maxEntries) this.#free();
  }

  #countPage(
    key: number,
    { userAgent, origin }: Sender,
    page: Measurement,
    metrics: readonly number[],
  ): void {
    const cells = this.#cellsOf(page);
    if (cells === null) return;
    const source = sourceClass(userAgent, page.device, origin);
    this.#count(cells.hour, cells.site, key, metrics, source);
    this.#count(cells.hour, cells.route, key, metrics, source);
  }

  /** The cells of a kind, and the first hour from which they are complete; `null` when nothing is counted. */
  cells(kind: "site" | "routes"): { since: number; cells: SourceCell[] } | null {
    const hours = [...this.#hours.values()]
      .filter(({ siteOnly }) => kind === "site" || !siteOnly)
      .sort((a, b) => a.hour - b.hour);
    const [first] = hours;
    if (first === undefined) return null;
    return { since: first.hour, cells: hours.flatMap((hour) => [...hour[kind].values()]) };
  }

  /** Where a measurement is counted; `null` for one of an hour that is over. */
  #cellsOf({ receivedAt, device, navigationType, buildVersion, route }: Measurement): Cells | null {
    const hour = this.#hourOf(Math.floor(receivedAt / HOUR));
    if (hour === null) return null;
    const of = { buildVersion, device, navigation: navigationClassOf(navigationType) };
    return {
      hour,
      site: this.#cell(hour, of, null),
      route: hour.siteOnly ? null : this.#cell(hour, of, route),
    };
  }

  /** @returns `null` for a new cell of an hour that alone uses half of the memory */
  #cell(
    hour: Hour,
    of: Pick<SourceCell, "buildVersion" | "device" | "navigation">,
    route: string | null,
  ): SourceCell | null {
    const cells = route === null ? hour.site : hour.routes;
    // No label contains a line feed.
    const name = `${of.device} ${of.navigation} ${of.buildVersion}\n${route ?? ""}`;
    const known = cells.get(name);
    if (known !== undefined) return known;
    if (hour.size >= this.#maxEntries / 2) return null;
    const sources = new HeavySources((route === null ? SITE_SOURCES : ROUTE_SOURCES).open);
    const cell = { hour: hour.hour, ...of, route, sources };
    cells.set(name, cell);
    this.#resize(hour, CELL_ENTRIES);
    return cell;
  }

  #count(
    hour: Hour,
    cell: SourceCell | null,
    key: number,
    metrics: readonly number[],
    source: SourceClass,
  ): void {
    if (cell === null) return;
    const { sources } = cell;
    if (hour.size >= this.#maxEntries && !sources.entries.has(key)) sources.addTotals(metrics);
    else this.#resize(hour, sources.add(key, metrics, source));
  }

  #resize(hour: Hour, by: number): void {
    hour.size += by;
    this.#size += by;
  }

  /** The hour of a measurement; `null` for one that is too old to be counted. */
  #hourOf(number: number): Hour | null {
    if (this.#newest?.hour === number) return this.#newest;
    const known = this.#hours.get(number);
    if (known !== undefined) return known;
    if (this.#newest !== null && number < this.#newest.hour) return null;
    if (this.#newest !== null) this.#close(this.#newest);
    const hour: Hour = { hour: number, size: 0, site: new Map(), routes: new Map(), siteOnly: false };
    this.#hours.set(number, hour);
    this.#newest = hour;
    for (const old of this.#hours.values()) if (old.hour <= number - MAX_HOURS) this.#delete(old);
    return hour;
  }

  #close(hour: Hour): void {
    this.#onHourEnd([...hour.site.values()]);
    for (const [cells, most] of [
      [hour.site, SITE_SOURCES.past],
      [hour.routes, ROUTE_SOURCES.past],
    ] as const) {
      for (const { sources } of cells.values()) {
        this.#resize(hour, sources.trim(most));
      }
    }
  }

  /** Deletes the routes of the oldest hours, then whole hours, until the bound is kept. */
  #free(): void {
    while (this.#size > this.#maxEntries) {
      const past = [...this.#hours.values()].filter((hour) => hour !== this.#newest);
      const oldest = past.find(({ siteOnly }) => !siteOnly);
      if (oldest !== undefined) this.#deleteRoutes(oldest);
      else if (past[0] !== undefined) this.#delete(past[0]);
      else return;
    }
  }

  #deleteRoutes(hour: Hour): void {
    for (const { sources } of hour.routes.values()) {
      this.#resize(hour, -CELL_ENTRIES - sources.entries.size);
    }
    hour.routes.clear();
    hour.siteOnly = true;
  }

  #delete(hour: Hour): void {
    this.#size -= hour.size;
    this.#hours.delete(hour.hour);
  }
}
