/** What the noise of a simulated site is: standard deviations of the logarithm of its times. */
export type Traffic = {
  /** Days: independent by day (UTC), or an Ornstein-Uhlenbeck level with this memory (hours). */
  day: number;
  dayMemory: number | null;
  /** Hours, each of which keeps this part of the one before it. */
  hour: number;
  hourKeeps: number;
  /** A random walk, by day. */
  walk: number;
  weekend: number;
  /** Amplitude of a daily cycle. */
  cycle: number;
  /** By how much phones' share grows a day. */
  mixDrift: number;
  viewsPerVisitor: number;
  /** Whether views have the tails of Student's t with 4 degrees of freedom. */
  heavyTails: boolean;
  /** Share of hours that are bad, in which everything is 1.8 times as slow. */
  badHours: number;
  /** Share of hours in which a crawler that looks like people adds a third of its views. */
  crawledHours: number;
  /** How likely an earlier release changed something, and by how much (standard deviation). */
  changes: { chance: number; size: number };
  /** Hours between earlier releases. */
  gaps: readonly number[];
};

/** The sample site's rhythm, mix and noise; three views a visitor. */
export const OWN: Traffic = {
  day: 0.03,
  dayMemory: null,
  hour: 0.05,
  hourKeeps: 0,
  walk: 0,
  weekend: 0,
  cycle: 0,
  mixDrift: 0,
  viewsPerVisitor: 3,
  heavyTails: false,
  badHours: 0,
  crawledHours: 0,
  changes: { chance: 0, size: 0 },
  gaps: [48],
};

/** What goes wrong on real sites, all at once. */
export const HARSH: Traffic = {
  day: 0.035,
  dayMemory: 36,
  hour: 0.04,
  hourKeeps: 0.4,
  walk: 0.004,
  weekend: 0.03,
  cycle: 0.05,
  mixDrift: 0.004,
  viewsPerVisitor: 5,
  heavyTails: true,
  badHours: 0.005,
  crawledHours: 0.01,
  changes: { chance: 0.25, size: 0.06 },
  gaps: [24, 48, 72, 96],
};
