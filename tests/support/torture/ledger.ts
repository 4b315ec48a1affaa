import { METRICS, type Metric } from "../../../app/vitals/metrics";
import { idAt } from "../measurements";
import type { SeededRandom } from "./seeded-random";

/** A report as it is sent. */
export type Report = { id: string; name: Metric; value: number; sequence: number };

/** One beacon: reports of a page, and whether it was acknowledged. */
export type Beacon = {
  route: string;
  buildVersion: string;
  reports: Report[];
  acknowledged: boolean;
};

/** What is known of a measurement: the last acknowledged report, and all that were sent. */
type Known = { page: Pick<Beacon, "route" | "buildVersion">; acknowledged: Report | null; sent: Report[] };

/** A stored measurement as `npm run export` writes it. */
export type Exported = { id: string; metric: Metric; value: number; route: string; buildVersion: string };

/** All reports that were sent in a torture, and what must be stored of them. */
export class Ledger {
  readonly #known = new Map<string, Known>();
  readonly #open = new Set<Beacon>();
  #made = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly startedAt: number,
  ) {}

  get size(): number {
    return this.#known.size;
  }

  /** A beacon of a new page view, or later reports of one that was sent. */
  next(): Beacon {
    const earlier = this.random.chance(0.3)
      ? this.random.pick([...this.#known.values()].slice(-200))
      : undefined;
    const beacon = earlier === undefined ? this.#newPage() : this.#later(earlier);
    for (const report of beacon.reports) {
      const known = this.#known.get(report.id) ?? { page: beacon, acknowledged: null, sent: [] };
      known.sent.push(report);
      this.#known.set(report.id, known);
    }
    this.#open.add(beacon);
    return beacon;
  }

  acknowledge(beacon: Beacon): void {
    beacon.acknowledged = true;
    this.#open.delete(beacon);
    for (const report of beacon.reports) {
      const known = this.#known.get(report.id);
      const isNewer = report.sequence > (known?.acknowledged?.sequence ?? 0);
      if (known !== undefined && isNewer) known.acknowledged = report;
    }
  }

  /** Beacons that were never acknowledged, as browsers send them again. */
  open(): Beacon[] {
    return [...this.#open];
  }

  /** What contradicts the promises: a lost, doubled or invented measurement. */
  faultsOf(stored: readonly Exported[]): string[] {
    const byId = new Map(stored.map((one) => [one.id, one]));
    const faults =
      byId.size === stored.length ? [] : [`${stored.length - byId.size} measurements are doubled`];
    for (const { id, value, route, buildVersion } of stored) {
      const known = this.#known.get(id);
      if (known === undefined) faults.push(`${id} was never sent`);
      else if (!known.sent.some((report) => report.value === value))
        faults.push(`${id} has the value ${value}`);
      else if (route !== known.page.route || buildVersion !== known.page.buildVersion)
        faults.push(`${id} moved`);
    }
    for (const [id, { acknowledged, sent }] of this.#known) {
      if (acknowledged === null) continue;
      const value = byId.get(id)?.value;
      const sequence = sent.find((report) => report.value === value)?.sequence ?? 0;
      if (value === undefined) faults.push(`${id} is lost`);
      else if (sequence < acknowledged.sequence) faults.push(`${id} has an older report than acknowledged`);
    }
    return faults;
  }

  #newPage(): Beacon {
    const page = this.#made++;
    const reports = METRICS.map((name, i) => ({
      ...{ id: idAt(this.startedAt, page * METRICS.length + i), name, sequence: 1 },
      value: this.#value(name),
    }));
    const count = 1 + this.random.below(METRICS.length);
    return {
      ...{ route: `/route-${page % 7}`, buildVersion: `2.4.${page % 3}`, acknowledged: false },
      reports: reports.slice(0, count),
    };
  }

  #later({ page, sent }: Known): Beacon {
    const last = sent.at(-1);
    if (last === undefined) return this.#newPage();
    const report = { ...last, value: this.#value(last.name), sequence: last.sequence + 1 };
    return { ...page, reports: [report], acknowledged: false };
  }

  /** Values differ, so that a stored one names its report. */
  #value(name: Metric): number {
    const value = this.random.below(10_000_000) / 1_000;
    return name === "CLS" ? value / 1_000 : value;
  }
}
