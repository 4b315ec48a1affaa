import type { Clock } from "./clock.server";

export type RefreshedOptions<T> = {
  load: () => Promise<T>;
  /** How long a loaded value is returned, in ms. */
  maxAge: number;
  /** How long a caller waits for a load, in ms. */
  timeout: number;
  monotonic: Clock;
  onFailure: (error: unknown) => void;
};

/**
 * A value that callers read often and that is loaded at most once per `maxAge`, however many of them wait for it.
 * @returns a function that resolves to a value no older than `maxAge`; to `null` after a failed load, until the next one,
 *   and while a load lasts longer than `timeout`. It never rejects.
 */
export function createRefreshed<T extends object>({
  load,
  maxAge,
  timeout,
  monotonic,
  onFailure,
}: RefreshedOptions<T>): () => Promise<T | null> {
  let loadedAt = Number.NEGATIVE_INFINITY;
  let value: T | null = null;
  let loading: Promise<T | null> | null = null;

  const start = (): Promise<T | null> => {
    const startedAt = monotonic();
    return load()
      .then(
        (loaded) => {
          value = loaded;
        },
        (error: unknown) => {
          value = null;
          onFailure(error);
        },
      )
      .then(() => {
        loadedAt = startedAt;
        loading = null;
        return value;
      });
  };

  return async () => {
    if (loading === null && monotonic() - loadedAt < maxAge) return value;
    loading ??= start();
    return within(loading, timeout);
  };
}

/** @returns `null` where the promise lasts longer than `timeout` ms */
async function within<T>(promise: Promise<T>, timeout: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeout, null);
  });
  try {
    return await Promise.race([promise, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
