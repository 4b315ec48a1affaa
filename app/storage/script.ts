import type { Engine } from "./engine";
import type { Sql } from "./sql";

/** A statement of a script. Where it changes another number of rows than `changes`, nothing of the script is written. */
export type Step = { name: string; statement: Sql; changes: number | null };

/** Statements of one transaction that are all known before it begins: no result decides what comes next. */
export class Script {
  readonly steps: Step[] = [];
  /** Statements that run after the commit, each by itself and at most once. PostgreSQL only. */
  readonly followUps: Array<Pick<Step, "name" | "statement">> = [];

  constructor(readonly engine: Engine) {}

  /** @param changes how many rows it must change; `null` for any number */
  execute(name: string, statement: Sql, changes: number | null = null): void {
    this.steps.push({ name, statement, changes });
  }

  /** @param statement one that may be missing: a process may be killed before it, and its failure fails nothing */
  executeAfterwards(name: string, statement: Sql): void {
    this.followUps.push({ name, statement });
  }
}

export type ScriptResult = {
  /** The step that changed another number of rows than it must: nothing is written then; `null` when all is. */
  refusedBy: string | null;
  /** How many rows each step changed, up to one that refused. */
  changed: readonly number[];
  /** From the moment at which it had the write lock, or its first statement began, to its end, in ms. */
  ms: number;
  /**
   * A number that differs from the one of the script before when another process has committed since; `null` where its
   * commits wait for nobody.
   */
  othersVersion: number | null;
};
