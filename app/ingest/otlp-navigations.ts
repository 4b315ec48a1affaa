/** A `browser.navigation` record; `at` is its observed time in microseconds, `index` its position in the body. */
export type Navigation = { session: string | null; at: number | null; index: number; url: string };

/** The session, time and position of a record whose page is unknown. */
export type RecordPosition = Omit<Navigation, "url">;

/**
 * Returns a function that finds the page of a record: that of the newest `browser.navigation` record before it, of the
 * same resource and session. `null` without one.
 *
 * The SDK groups records by scope, so their order in a body is not the order of events. Times are compared if all
 * navigations have one, positions otherwise.
 */
export function navigationsBySession(
  navigations: readonly Navigation[],
): (record: RecordPosition) => string | null {
  const sessions = new Map<string | null, Navigation[]>();
  for (const navigation of navigations) {
    const list = sessions.get(navigation.session);
    if (list === undefined) sessions.set(navigation.session, [navigation]);
    else list.push(navigation);
  }
  const ordered = new Map([...sessions].map(([session, list]) => [session, orderOf(list)]));
  return (record) => {
    const order = ordered.get(record.session);
    if (order === undefined) return null;
    const byTime = record.at !== null && order.byTime !== null;
    const list = byTime ? order.byTime : order.byIndex;
    return lastBefore(list ?? [], record, byTime)?.url ?? null;
  };
}

type Order = { byTime: readonly Navigation[] | null; byIndex: readonly Navigation[] };

const orderOf = (list: readonly Navigation[]): Order => ({
  byTime: list.every(({ at }) => at !== null) ? list.toSorted(compareTimes) : null,
  byIndex: list,
});

const compareTimes = (a: RecordPosition, b: RecordPosition): number =>
  (a.at ?? 0) - (b.at ?? 0) || a.index - b.index;

/** Binary search: a body may hold thousands of navigations and of Web Vitals. */
function lastBefore(
  list: readonly Navigation[],
  record: RecordPosition,
  byTime: boolean,
): Navigation | undefined {
  const isBefore = (navigation: Navigation): boolean =>
    byTime ? compareTimes(navigation, record) < 0 : navigation.index < record.index;
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
