/**
 * The noise of a site's traffic, on the logarithm of its p75: how far days and hours move by themselves, and how much
 * the views of one visitor resemble each other.
 */
export type Noise = {
  /** Standard deviation of the level that days have. */
  day: number;
  /** Standard deviation of single hours. */
  hour: number;
  /**
   * Hours in which the level forgets the part 1 - 1/e of itself (an Ornstein-Uhlenbeck process: 300 h are a drift);
   * `null`: it stays the same for a day (UTC) and is another one the day after.
   */
  memory: number | null;
  /** Sampling variance as a multiple of that of independent samples: the design effect (Kish 1965, section 8.2). */
  design: number;
};

export type GridPoint = Noise & { logPrior: number };

const DAYS = [0.005, 0.015, 0.028, 0.045, 0.07, 0.11] as const;
const HOURS = [0.015, 0.04, 0.07] as const;
const MEMORIES = [null, 12, 30, 100, 300] as const;
const DESIGNS = [1, 1.7, 2.9] as const;

/** Centres of the priors, and the standard deviations of their logarithms. They decide for sites with days of history. */
const PRIOR = {
  day: { centre: 0.03, spread: 0.8 },
  hour: { centre: 0.045, spread: 0.6 },
  design: { centre: 1.4, spread: 0.5 },
} as const;

function logPrior({ day, hour, design }: Noise): number {
  const term = (value: number, { centre, spread }: { centre: number; spread: number }): number =>
    (Math.log(value / centre) / spread) ** 2;
  return -0.5 * (term(day, PRIOR.day) + term(hour, PRIOR.hour) + term(design, PRIOR.design));
}

const withPrior = (noise: Noise): GridPoint => ({ ...noise, logPrior: logPrior(noise) });

/** All noises that are weighed by how well they explain a site's hours. */
export const GRID: readonly GridPoint[] = MEMORIES.flatMap((memory) =>
  DAYS.flatMap((day) =>
    HOURS.flatMap((hour) => DESIGNS.map((design) => withPrior({ day, hour, memory, design }))),
  ),
);

/** A few noises that give the variances with which earlier releases' steps are looked for. */
export const PILOT: readonly GridPoint[] = [0.01, 0.025, 0.045, 0.07].flatMap((day) =>
  [0.02, 0.05].map((hour) => withPrior({ day, hour, memory: 30, design: 1.7 })),
);
