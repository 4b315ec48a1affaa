import { afterEach } from "vitest";
import { startLoopbackCollector } from "./loopback-collector";
import { startServer } from "./server";

/** Returns a function that closes what it is given after the test, the last one first. */
export function closedAfterTests() {
  const running: Array<{ close: () => unknown }> = [];
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) await one.close();
  });
  return <One extends { close: () => unknown }>(one: One): One => {
    running.push(one);
    return one;
  };
}

/** Returns functions that start a server or collector and close it after the test, in the order of their starts. */
export function startedByTests() {
  const closes: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of closes.splice(0)) await close();
  });
  const closing =
    <Options extends unknown[], Started extends { close: () => Promise<void> }>(
      start: (...options: Options) => Promise<Started>,
    ) =>
    async (...options: Options): Promise<Started> => {
      const started = await start(...options);
      closes.push(() => started.close());
      return started;
    };
  return { another: closing(startServer), collector: closing(startLoopbackCollector) };
}
