import { afterEach } from "vitest";
import { startLoopbackCollector } from "./loopback-collector";
import { startServer } from "./server";

/** Has what a test starts by `another` and `collector` ended after it, in the order in which it was started. */
export function startedByTests() {
  const ends: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  const ending =
    <Options extends unknown[], Started extends { close: () => Promise<void> }>(
      start: (...options: Options) => Promise<Started>,
    ) =>
    async (...options: Options): Promise<Started> => {
      const started = await start(...options);
      ends.push(() => started.close());
      return started;
    };
  return { another: ending(startServer), collector: ending(startLoopbackCollector) };
}
