import type { Figure } from "./figures";
import type { Workplace } from "./workplace.server";

export type BenchContext = {
  workplace: Workplace;
  /** Whether to measure with the largest data, however long that takes. */
  isFull: boolean;
  /** Reports progress on standard error. */
  log: (text: string) => void;
};

/** A part's measurement. */
export type Bench = (context: BenchContext) => Promise<Figure[]>;
