/** A `browser.navigation` record: its page, when it was observed (microseconds), and its index in the body. */
export type Navigation = { session: string | null; at: number | null; index: number; url: string };

/** The record that asks for its page. */
export type Asking = Omit<Navigation, "url">;

/**
 * Finds the page of a record among the `browser.navigation` records of the same resource and session: that of the
 * newest one before it.
 *
 * The SDK groups records by scope, so their order in a body is not that of events; their times are compared where all
 * of them have one, and the order in the body otherwise.
 */
export function navigationsBySession(navigations: readonly Navigation[]): (asking: Asking) => string | null {
  const sessions = new Map<string | null, Navigation[]>();
  for (const navigation of navigations) {
    const known = sessions.get(navigation.session);
    if (known === undefined) sessions.set(navigation.session, [navigation]);
    else known.push(navigation);
  }
  const ordered = new Map([...sessions].map(([session, list]) => [session, orderOf(list)]));
  return (asking) => {
    const order = ordered.get(asking.session);
    if (order === undefined) return null;
    const byTime = asking.at !== null && order.byTime !== null;
    const list = byTime ? order.byTime : order.byIndex;
    return lastBefore(list ?? [], asking, byTime)?.url ?? null;
  };
}

type Order = { byTime: readonly Navigation[] | null; byIndex: readonly Navigation[] };

const orderOf = (list: readonly Navigation[]): Order => ({
  byTime: list.every(({ at }) => at !== null) ? list.toSorted(compareTimes) : null,
  byIndex: list,
});

const compareTimes = (a: Asking, b: Asking): number => (a.at ?? 0) - (b.at ?? 0) || a.index - b.index;

/** By bisection: a body may hold thousands of both. */
function lastBefore(list: readonly Navigation[], asking: Asking, byTime: boolean): Navigation | undefined {
  const isBefore = (navigation: Navigation): boolean =>
    byTime ? compareTimes(navigation, asking) < 0 : navigation.index < asking.index;
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const navigation = list[middle];
    if (navigation !== undefined && isBefore(navigation)) from = middle + 1;
    else to = middle;
  }
  return list[from - 1];
}
