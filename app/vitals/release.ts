/** A build version as it is known; times in ms since the epoch. */
export type Release = {
  buildVersion: string;
  /** Of its measurements; `null` until one is folded. */
  firstSeenAt: number | null;
  lastSeenAt: number | null;
  /** When it was deployed, if that was announced. */
  announcedAt: number | null;
  link: string | null;
  /** Measurements by measuring library and major version, such as `web-vitals/6`. */
  libraries: Record<string, number>;
};
