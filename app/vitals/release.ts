/** Times in ms since the epoch. */
export type Release = {
  buildVersion: string;
  /** `null` until a measurement is folded. */
  firstSeenAt: number | null;
  lastSeenAt: number | null;
  /** Time of the announced deploy; `null` without an announcement. */
  announcedAt: number | null;
  link: string | null;
  /** When several senders had named it; `null` until then, 0 where none are needed. */
  vouchedAt: number | null;
  /** Measurements by library and major version, such as `web-vitals/6`. */
  libraries: Record<string, number>;
};
