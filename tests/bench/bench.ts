import type { Figure } from "./figures";
import type { Workplace } from "./workplace.server";

/** What a bench gets. */
export type BenchContext = {
  workplace: Workplace;
  /** Tells people what is going on. */
  say: (what: string) => void;
};

export type Bench = {
  /** What it measures, in a line. */
  title: string;
  run: (context: BenchContext) => Promise<Figure[]>;
};
