import type { Device } from "../../vitals/devices";
import type { NavigationClass } from "../../vitals/navigation";
import type { MetricDistributions } from "./distribution";

/** A route by device and by navigation class, each under the query's other filters; empty without data. */
export type RouteSplits = {
  devices: Record<Device, MetricDistributions>;
  navigations: Record<NavigationClass, MetricDistributions>;
};
