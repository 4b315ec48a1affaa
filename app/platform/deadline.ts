/**
 * Runs `work` with a signal that aborts with `stopped`, or with a TimeoutError after `timeout` ms, whichever is first.
 *
 * It has a timer of its own: in Node 20, a garbage collection takes the signal of `AbortSignal.timeout` from within
 * `AbortSignal.any`, and the timeout never comes (`findings/node-abort-signal-any-loses-timeout.sh`).
 */
export async function withDeadline<T>(
  stopped: AbortSignal,
  timeout: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(stopped.reason);
  const expire = (): void =>
    controller.abort(new DOMException("No answer before the timeout.", "TimeoutError"));
  const timer = setTimeout(expire, timeout);
  stopped.addEventListener("abort", stop);
  if (stopped.aborted) stop();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener("abort", stop);
  }
}
