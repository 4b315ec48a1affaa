import type { Figure } from "./figures";
import type { Workplace } from "./workplace.server";

export type BenchContext = {
  workplace: Workplace;
  /** Tells people what is going on. */
  say: (what: string) => void;
};

export type Bench = {
  /** What it measures, in one line. */
  title: string;
  run: (context: BenchContext) => Promise<Figure[]>;
};
