import { DEVICES, type Device } from "./devices";

/** How many strata a comparison matches: each device, with loads that were prefetched apart from all other page views. */
export const STRATA = 2 * DEVICES.length;

/** The number of a stratum, from 0 on. */
export const stratumOf = (device: Device, isPrefetched: boolean): number =>
  DEVICES.indexOf(device) + (isPrefetched ? DEVICES.length : 0);

/** The device's index in `DEVICES` of a stratum. */
export const deviceIndexOf = (stratum: number): number => stratum % DEVICES.length;

/** Whether a stratum is that of prefetched loads. */
export const isPrefetchedStratum = (stratum: number): boolean => stratum >= DEVICES.length;
