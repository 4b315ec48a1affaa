import type { Figure } from "./figures";
import type { Workplace } from "./workplace.server";

export type BenchContext = {
  workplace: Workplace;
  /** Reports progress on standard error. */
  log: (text: string) => void;
};

export type Bench = {
  /** What it measures, in one line. */
  title: string;
  run: (context: BenchContext) => Promise<Figure[]>;
};
