/** A part of `npm run bench`. */
export type Part = {
  /** What it measures, in one line. */
  title: string;
  /** Whether it also runs when no part is named and `--full` is absent. */
  isDefault: boolean;
};

/** The parts, in the order in which they run. docs/benchmarks.md lists the same. */
export const PARTS = {
  parse: { title: "A beacon of the browser script, parsed and checked.", isDefault: false },
  ingest: {
    title: "Beacons through the built cockpit, answered when they are durable, and through its Remix route.",
    isDefault: true,
  },
  collector: {
    title: "The same through `npm run collector`, and its processor time a beacon.",
    isDefault: true,
  },
  acknowledgement: {
    title: "How long the collector's answers take at half its rate, while a cockpit folds.",
    isDefault: true,
  },
  overload: {
    title:
      "Three times the beacons that a server can store, from one client and from 250, beside honest ones.",
    isDefault: false,
  },
  memory: { title: "The collector's resident memory under load.", isDefault: true },
  commit: {
    title: "Measurements through the group commit without HTTP, every commit on the disk.",
    isDefault: false,
  },
  rows: {
    title:
      "Bytes of a measurement on disk, and the CPU time of a commit, beside rows with all texts in them.",
    isDefault: true,
  },
  fold: {
    title: "Measurements into all tables of summaries, of sparse and of dense traffic.",
    isDefault: true,
  },
  postgresql: {
    title: "Measurements into PostgreSQL, beside `COPY` of the same rows.",
    isDefault: true,
  },
  percentiles: {
    title: "The answer from summaries in PostgreSQL, beside `percentile_cont` over single measurements.",
    isDefault: true,
  },
  read: { title: "The JSON answer over 24 hours and 30 days of a large site.", isDefault: false },
  cockpit: {
    title: "The cockpit while beacons arrive, beside an earlier version built from git.",
    isDefault: true,
  },
  comparison: {
    title: "The cockpit while it compares two releases of a large site, and 1,000 routes in memory.",
    isDefault: false,
  },
  pages: {
    title: "The pages of a large site: documents, and bytes on the wire.",
    isDefault: false,
  },
  lcp: { title: "LCP of the cockpit beside the sign-in page's, CLS and INP in Chromium.", isDefault: true },
  tracker: { title: "Bytes of `/vitals.js` as served.", isDefault: false },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

export const isPartName = (name: string): name is PartName => Object.hasOwn(PARTS, name);

/** The parts that run: those that are named, else all of them or those of a default run. */
export function chosenParts(named: readonly PartName[], isFull: boolean): PartName[] {
  const all = Object.keys(PARTS).filter(isPartName);
  return all.filter((name) => (named.length > 0 ? named.includes(name) : isFull || PARTS[name].isDefault));
}
