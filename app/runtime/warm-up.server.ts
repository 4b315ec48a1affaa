import { log } from "../platform/log.server";
import { DEFAULT_QUERY } from "../query/cockpit-query";
import { pageContext } from "./readers.server";

/**
 * Queries the cockpit's default view once, so that the first page need not read and merge everything.
 * @returns the function that stops it, and waits until it has ended
 */
export function warmUp(): () => Promise<void> {
  let isStopped = false;
  const context = pageContext(DEFAULT_QUERY);
  const queries = [() => context.releases(), () => context.view(), () => context.routes()];
  const run = async (): Promise<void> => {
    for (const query of queries) if (!isStopped) await query();
  };
  const done = run().catch((err: unknown) => {
    log().warn({ err }, "the default view could not be queried at the start; requests query it");
  });
  return () => {
    isStopped = true;
    return done;
  };
}
