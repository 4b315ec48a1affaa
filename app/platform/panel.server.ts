import { log } from "./log.server";

/** What one panel of a page shows, or, where that could not be had, what to tell the reader. */
export type Panel<T> = { ok: true; value: T } | { ok: false; message: string };

/**
 * Runs what one panel needs. A failure is logged whole and stays in its panel: the rest of the page renders.
 * @param name of the panel, for the log
 */
export async function panel<T>(name: string, run: () => Promise<T> | T): Promise<Panel<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    log().error({ err: error, panel: name }, "a panel failed");
    return {
      ok: false,
      message: "This panel could not be read from the database. The log says why; reload to try again.",
    };
  }
}

/** Runs what needs another panel's value; where that failed, its message stands here too. */
export const andThen = async <From, To>(
  before: Panel<From>,
  name: string,
  run: (value: From) => Promise<To> | To,
): Promise<Panel<To>> => (before.ok ? panel(name, () => run(before.value)) : before);
