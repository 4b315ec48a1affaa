import type { Device } from "../vitals/devices";
import type { Metric } from "../vitals/metrics";
import { type DeliveryType, type NavigationType, storedNavigationOf } from "../vitals/navigation";
import type { Scope, SummaryName } from "./summary-sets";

/** What summaries and activity distinguish of a measurement, besides its time. */
export type MeasurementKind = {
  metric: Metric;
  route: string;
  device: Device;
  navigationType: NavigationType | null;
  deliveryType: DeliveryType | null;
  buildVersion: string;
  library: string | null;
};

/** `names`: of the summaries that it is a part of. Kinds of the same summary have the same object. */
export type PendingKind = MeasurementKind & { names: Readonly<Record<Scope, SummaryName>> };

/** Kinds by texts of theirs: an object for each kind, and not one for each measurement. */
export class PendingKinds {
  readonly #kinds = new Map<string, PendingKind>();
  readonly #names = new Map<string, SummaryName>();
  #characters = 0;

  /** How many there are, and the characters of their texts and names. */
  get size(): { kinds: number; characters: number } {
    return { kinds: this.#kinds.size, characters: this.#characters };
  }

  get(text: string): PendingKind | undefined {
    return this.#kinds.get(text);
  }

  add(text: string, kind: MeasurementKind): PendingKind {
    const { metric, route, device, navigationType, deliveryType, buildVersion, library } = kind;
    const navigation = storedNavigationOf(navigationType, deliveryType);
    const nameOf = (summarized: string): SummaryName =>
      this.#intern({ metric, route: summarized, device, navigation, buildVersion });
    const names = { routes: nameOf(route), totals: nameOf("") };
    const named = { metric, route, device, navigationType, deliveryType, buildVersion, library, names };
    this.#kinds.set(text, named);
    this.#characters += text.length + route.length + buildVersion.length;
    return named;
  }

  clear(): void {
    this.#kinds.clear();
    this.#names.clear();
    this.#characters = 0;
  }

  #intern(name: SummaryName): SummaryName {
    const { metric, route, device, navigation, buildVersion } = name;
    // Unique, because no route or build version contains a line feed.
    const text = `${metric} ${device} ${navigation} ${route}\n${buildVersion}`;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#names.set(text, name);
    this.#characters += text.length;
    return name;
  }
}
