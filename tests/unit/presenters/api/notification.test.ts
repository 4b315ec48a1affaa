import { describe, expect, it } from "vitest";
import { type CalledRegression, lookNotifications } from "../../../../app/presenters/api/notification";
import type { Changes } from "../../../../app/query/comparison/comparison-result";
import { DAY } from "../../../../app/vitals/time";
import { CHANGES, changeOf, comparisonOf, timeChange } from "../comparison/comparisons";
import { NOW } from "../views";

const CONTEXT = {
  look: { kind: "second-day", at: NOW },
  window: { from: NOW - 2 * DAY, to: NOW },
  address: "https://vitals.example",
} as const;

const SLOWER = timeChange(1_000, 1_200, 3, { verdict: "regression" });
const MUCH_SLOWER = timeChange(1_000, 1_400, 3, { verdict: "regression" });

const comparison = (given: { changes?: Partial<Changes>; routes?: Record<string, Partial<Changes>> }) => {
  const unknown = { INP: changeOf(), LCP: changeOf(), CLS: changeOf(), FCP: changeOf(), TTFB: changeOf() };
  return comparisonOf({
    changes: { ...unknown, ...given.changes },
    routes: new Map(
      Object.entries(given.routes ?? {}).map(([route, some]) => [route, { ...unknown, ...some }]),
    ),
  });
};

const ofSite: CalledRegression = { route: null, metric: "LCP" };

describe("lookNotifications", () => {
  it("notifies of regressions alone, with the sentence of the banner", () => {
    const { notifications, open } = lookNotifications(comparison({ changes: CHANGES }), [], CONTEXT);
    expect(notifications).toMatchObject([
      {
        event: "regression",
        release: "2.4.1",
        baseline: "2.4.0",
        sentence: expect.stringMatching(/^2\.4\.1 is slower than 2\.4\.0 on LCP: p75 2\.61\ss → 3\.00\ss/),
        callCount: 1,
        calls: [{ route: null, metric: "LCP", change: { verdict: "regression", percent: 15 } }],
      },
    ]);
    expect(open).toEqual([ofSite]);
  });

  it("lists the site first, then routes by the size of their change, with a link to each", () => {
    const routes = { "/a": { LCP: SLOWER }, "/b": { TTFB: MUCH_SLOWER } };
    const { notifications } = lookNotifications(
      comparison({ changes: { LCP: SLOWER }, routes }),
      [],
      CONTEXT,
    );
    const calls = notifications[0]?.calls ?? [];
    expect(calls.map(({ route, metric }) => [route, metric])).toEqual([
      [null, "LCP"],
      ["/b", "TTFB"],
      ["/a", "LCP"],
    ]);
    expect(calls[1]?.link).toMatch(
      /^https:\/\/vitals\.example\/admin\/performance\/route\?.*release=2\.4\.1&compare=2\.4\.0&metric=TTFB&route=%2Fb$/,
    );
    expect(calls[1]?.sentence).toMatch(/^\/b: 2\.4\.1 is slower/);
  });

  it("notifies of no regression that an earlier look called already", () => {
    const result = lookNotifications(comparison({ changes: { LCP: SLOWER } }), [ofSite], CONTEXT);
    expect(result).toEqual({ notifications: [], open: [ofSite] });
  });

  it("withdraws what an earlier look called and this one does not", () => {
    const now = comparison({ changes: { LCP: timeChange(1_000, 1_010, 4, { verdict: "unchanged" }) } });
    const { notifications, open } = lookNotifications(now, [ofSite], CONTEXT);
    expect(notifications).toMatchObject([
      {
        event: "regression-withdrawn",
        sentence: expect.stringMatching(
          /^The regression of LCP by 2\.4\.1 is withdrawn 48 hours after its deploy\. 2\.4\.1 is as fast as/,
        ),
      },
    ]);
    expect(open).toEqual([]);
  });

  it("concludes nothing about a route without data", () => {
    const gone: CalledRegression = { route: "/gone", metric: "LCP" };
    expect(lookNotifications(comparison({}), [gone, ofSite], CONTEXT)).toEqual({
      notifications: [],
      open: [gone, ofSite],
    });
  });

  it("lists at most 20 changes and counts all", () => {
    const routes = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`/${i}`, { LCP: SLOWER }]));
    const [notification] = lookNotifications(comparison({ routes }), [], CONTEXT).notifications;
    expect(notification?.callCount).toBe(30);
    expect(notification?.calls).toHaveLength(20);
  });
});
