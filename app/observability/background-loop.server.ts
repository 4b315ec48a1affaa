/**
 * Runs a pass again and again in the background, each `interval` ms after the end of the one before. Nothing waits for it.
 * @param pass is expected to catch its own failures; `onError` receives the others
 * @param stop aborts what a pass has under way
 */
export function startBackgroundLoop(
  pass: () => Promise<void>,
  { interval, onError, stop }: { interval: number; onError: (error: unknown) => void; stop: AbortController },
): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const run = (): void => {
    running = pass()
      .catch((error: unknown) => {
        if (!stop.signal.aborted) onError(error);
      })
      .then(() => {
        if (!stop.signal.aborted) timer = setTimeout(run, interval);
      });
  };
  run();
  return {
    async stop() {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
