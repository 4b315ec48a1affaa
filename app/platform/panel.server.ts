import { log } from "./log.server";

/** The value of one panel of a page, or the message for the reader after a failure. */
export type Panel<T> = { ok: true; value: T } | { ok: false; message: string };

/**
 * Runs the query of one panel. A failure is logged with its stack and affects only this panel: the rest of the page
 * renders.
 * @param name of the panel, for the log
 */
export async function panel<T>(name: string, run: () => Promise<T> | T): Promise<Panel<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    log().error({ err: error, panel: name }, "a panel failed");
    return {
      ok: false,
      message: "This panel could not be read from the database. The log has the reason; reload to try again.",
    };
  }
}

/** Runs a query that depends on another panel's value; returns that panel's failure if it has none. */
export const andThen = async <From, To>(
  before: Panel<From>,
  name: string,
  run: (value: From) => Promise<To> | To,
): Promise<Panel<To>> => (before.ok ? panel(name, () => run(before.value)) : before);
