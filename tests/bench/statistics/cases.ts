import { METRICS } from "../../../app/vitals/metrics";
import type { Answer } from "../asked-cockpit.server";
import type { Bound } from "./rates";
import type { Site } from "./traffic";

type Delta = NonNullable<Answer["delta"]>["LCP"];

/** What is asked of a site; hours as in `Site`. */
export type Question = { release: string; compare: string; from: number; to: number };

/** What one answer contributes to a figure: 0 to 1, or `null` where it says nothing of it. */
export type Measure = { name: string; bound: Bound; of: (answer: Answer) => number | null };

/** Traffic that is simulated again and again, and what the verdicts on it must be like. */
export type Case = {
  name: string;
  /** In words, for the table. */
  about: string;
  runs: number;
  site: () => Site;
  question: Question;
  measures: readonly Measure[];
};

const lcp = ({ delta }: Answer): Delta => {
  if (delta === null) throw new Error("The answer has no delta.");
  return delta.LCP;
};

const isCalled = ({ verdict }: Pick<Delta, "verdict">): boolean =>
  verdict === "regression" || verdict === "improvement";

/** The window that a case is meant to be judged by: else it says nothing of what it is for. */
const judgedBy = (windows: Delta["windows"]): Measure => ({
  name: `compared ${windows}`,
  bound: { atLeast: 1 },
  of: (answer) => Number(lcp(answer).windows === windows),
});

const falseAlarm = (most: number): Measure => ({
  name: "called regression or improvement",
  bound: { atMost: most },
  of: (answer) => Number(isCalled(lcp(answer))),
});

const found = (least: number): Measure => ({
  name: "called a regression",
  bound: { atLeast: least },
  of: (answer) => Number(lcp(answer).verdict === "regression"),
});

/** @param factor that the release is truly slower by */
const covers = (factor: number): Measure => ({
  name: "the interval covers the truth",
  bound: { within: [0.93, 0.98] },
  of: (answer) => {
    const { interval } = lcp(answer);
    const truth = (factor - 1) * 100;
    return interval === null ? null : Number(interval.low <= truth && truth <= interval.high);
  },
});

const slowRoute = (route: string): boolean => Number(route.split("/")[1]) < 20;

const routeBadges = ({ routes }: Answer): Array<{ route: string; verdict: Delta["verdict"] }> =>
  routes.flatMap(({ route, delta }) =>
    delta !== null && isCalled(delta.LCP) ? [{ route, verdict: delta.LCP.verdict }] : [],
  );

const anyRouteBadge: Measure = {
  name: "any route badge at all",
  bound: { atMost: 0.1 },
  of: (answer) => Number(routeBadges(answer).length > 0),
};

/** `old` alone for an hour, so that it is what `new` replaced; then both for a day. */
const concurrent = (
  perHour: number,
  more: Partial<Site> & { factor?: (route: number) => number; mobile?: { old: number; new: number } } = {},
): Site => {
  const { factor, mobile, ...site } = more;
  return {
    ...{ routes: 1, viewsPerVisitor: 5, ...site },
    loads: [
      { buildVersion: "old", from: -1, to: 0, perHour: Math.max(60, perHour) },
      { buildVersion: "old", from: 0, to: 24, perHour, ...(mobile && { mobile: mobile.old }) },
      {
        buildVersion: "new",
        from: 0,
        to: 24,
        perHour,
        ...(factor && { factor }),
        ...(mobile && { mobile: mobile.new }),
      },
    ],
  };
};

const DAY = 24;
const PREVIOUS = { release: "new", compare: "previous" } as const;
/** A day, and as much more as it needs for the look at its end to be past. */
const SAME_DAY: Question = { ...PREVIOUS, from: 0, to: DAY + 1 };

/** `old` for seven days, and then `new`. */
const afterAWeek = (perHour: number, viewsPerVisitor: number, factor = 1): Site => ({
  ...{ routes: 1, viewsPerVisitor },
  loads: [
    { buildVersion: "old", from: -7 * DAY, to: 0, perHour },
    { buildVersion: "new", from: 0, to: DAY, perHour, factor: () => factor },
  ],
});

/** When those who deploy three times a day do so (UTC); the last release of the day serves the night too. */
const DEPLOYS = [8, 12, 16] as const;
const busyHours = (hour: number): number => {
  const clock = ((hour % DAY) + DAY) % DAY;
  return clock >= 8 && clock < 20 ? 300 : 50;
};

/** Ten days of three releases each, and the day of `old` (8 to 12 h) and `new` (12 to 16 h), which was replaced. */
const threeADay = (viewsPerVisitor: number, factor: number): Site => {
  const loads = Array.from({ length: 11 }, (_, i) => i - 10).flatMap((day) =>
    DEPLOYS.map((clock, i) => {
      const next = i + 1 < DEPLOYS.length ? (DEPLOYS[i + 1] as number) : DAY + DEPLOYS[0];
      const name = day < 0 ? `day${10 + day}-${i}` : (["old", "new", "next"][i] as string);
      return {
        ...{ buildVersion: name, from: day * DAY + clock, to: day * DAY + next, perHour: busyHours },
        ...(name === "new" && { factor: () => factor }),
      };
    }),
  );
  return {
    routes: 1,
    viewsPerVisitor,
    loads: loads.map((load) => ({ ...load, to: Math.min(load.to, DAY) })),
  };
};

const REPLACED: Question = { ...PREVIOUS, from: 12, to: 20 };

const CANARY = { perHour: 400, share: 0.02, hours: 48 } as const;

const exactly = (name: string, holds: (answer: Answer) => boolean): Measure => ({
  name,
  bound: { atLeast: 1 },
  of: (answer) => Number(holds(answer)),
});

const isNothing = (answer: Answer): boolean =>
  [answer.delta, ...answer.routes.map(({ delta }) => delta)].every((delta) => {
    if (delta === null) return false;
    const { verdict, percent, absolute, goodShare, raw } = delta.LCP;
    const zeros = [percent, absolute, goodShare?.points, raw?.percent, raw?.absolute];
    return verdict === "unchanged" && zeros.every((zero) => Object.is(zero, 0));
  });

const unchanged = exactly("unchanged, by exactly 0", isNothing);

export const CASES: readonly Case[] = [
  {
    name: "nothing-concurrent",
    about: "nothing changed; both live for 24 h at 100 views an hour each, five a visitor",
    runs: 400,
    site: () => concurrent(100),
    question: SAME_DAY,
    measures: [judgedBy("model"), falseAlarm(0.05), covers(1)],
  },
  {
    name: "nothing-on-five-metrics",
    about: "nothing changed; all five metrics, both live for 24 h at 200 views an hour each, five a visitor",
    runs: 60,
    site: () => concurrent(200, { metrics: METRICS }),
    question: SAME_DAY,
    measures: [
      {
        name: "called, of five verdicts",
        bound: { atMost: 0.05 },
        of: ({ delta }) =>
          METRICS.filter((metric) => delta !== null && isCalled(delta[metric])).length / METRICS.length,
      },
    ],
  },
  {
    name: "nothing-after-a-week",
    about: "nothing changed; 24 h against 7 earlier days, 100 views an hour, five a visitor",
    runs: 250,
    site: () => afterAWeek(100, 5),
    question: SAME_DAY,
    measures: [judgedBy("model"), falseAlarm(0.05), covers(1)],
  },
  {
    name: "nothing-three-a-day",
    about:
      "nothing changed; three releases a day, 4 h at 300 views an hour, 10 earlier days, five views a visitor",
    runs: 120,
    site: () => threeADay(5, 1),
    question: REPLACED,
    measures: [judgedBy("model"), falseAlarm(0.06), covers(1)],
  },
  {
    name: "canary",
    about:
      "nothing changed; a canary of 2 % of 400 views an hour for 48 h, 7 earlier days, five views a visitor",
    runs: 100,
    site: () => ({
      ...{ routes: 100, viewsPerVisitor: 5 },
      loads: [
        { buildVersion: "old", from: -7 * DAY, to: 0, perHour: CANARY.perHour },
        { buildVersion: "old", from: 0, to: CANARY.hours, perHour: CANARY.perHour * (1 - CANARY.share) },
        { buildVersion: "new", from: 0, to: CANARY.hours, perHour: CANARY.perHour * CANARY.share },
      ],
    }),
    question: { ...PREVIOUS, from: 0, to: CANARY.hours + 1 },
    measures: [judgedBy("model"), falseAlarm(0.05), anyRouteBadge, covers(1)],
  },
  {
    name: "ramp",
    about:
      "nothing changed; a roll-out from 5 to 95 % within 24 h at 1,000 views an hour on 100 routes, five a visitor",
    runs: 120,
    site: () => {
      const share = (hour: number): number => 0.05 + (0.9 * hour) / 23;
      return {
        ...{ routes: 100, viewsPerVisitor: 5 },
        loads: [
          { buildVersion: "old", from: -1, to: 0, perHour: 1_000 },
          { buildVersion: "old", from: 0, to: DAY, perHour: (hour) => 1_000 * (1 - share(hour)) },
          { buildVersion: "new", from: 0, to: DAY, perHour: (hour) => 1_000 * share(hour) },
        ],
      };
    },
    question: SAME_DAY,
    measures: [judgedBy("model"), falseAlarm(0.05), anyRouteBadge, covers(1)],
  },
  {
    name: "nothing-on-100-routes",
    about:
      "nothing changed; 100 routes, both live for 24 h at 12 views an hour each and route, five a visitor",
    runs: 150,
    site: () => concurrent(1_200, { routes: 100 }),
    question: SAME_DAY,
    measures: [falseAlarm(0.05), anyRouteBadge],
  },
  {
    name: "20-of-100-routes",
    about:
      "20 of 100 routes 20 % slower; both live for 24 h at 30 views an hour each and route, five a visitor",
    runs: 30,
    site: () => concurrent(3_000, { routes: 100, factor: (route) => (route < 20 ? 1.2 : 1) }),
    question: SAME_DAY,
    measures: [
      {
        name: "false among the badges shown",
        bound: { atMost: 0.1 },
        of: (answer) => {
          const badges = routeBadges(answer);
          const right = badges.filter(({ route, verdict }) => slowRoute(route) && verdict === "regression");
          return badges.length === 0 ? 0 : 1 - right.length / badges.length;
        },
      },
      {
        name: "slow routes found",
        bound: { atLeast: 0.8 },
        of: (answer) =>
          routeBadges(answer).filter(({ route, verdict }) => slowRoute(route) && verdict === "regression")
            .length / 20,
      },
    ],
  },
  {
    name: "10-percent-concurrent",
    about: "10 % slower; both live for 24 h at 200 views an hour each, independent views",
    runs: 250,
    site: () => concurrent(200, { viewsPerVisitor: 1, factor: () => 1.1 }),
    question: SAME_DAY,
    measures: [judgedBy("model"), found(0.9), covers(1.1)],
  },
  {
    name: "15-percent-after-a-week",
    about: "15 % slower; 24 h against 7 earlier days, 200 views an hour, independent views",
    runs: 150,
    site: () => afterAWeek(200, 1, 1.15),
    question: SAME_DAY,
    measures: [judgedBy("model"), found(0.8), covers(1.15)],
  },
  {
    name: "20-percent-three-a-day",
    about: "20 % slower; three releases a day, 4 h at 300 views an hour, 10 earlier days, independent views",
    runs: 120,
    site: () => threeADay(1, 1.2),
    question: REPLACED,
    measures: [judgedBy("model"), found(0.8), covers(1.2)],
  },
  {
    name: "device-mix",
    about:
      "phones from 30 to 40 % and twice as slow as desktops, nothing changed on either; 500 views an hour each",
    runs: 80,
    site: () => concurrent(500, { mobile: { old: 0.3, new: 0.4 }, mobileFactor: 2 }),
    question: SAME_DAY,
    measures: [
      {
        ...falseAlarm(0.05),
        name: "called a regression",
        of: (answer) => Number(lcp(answer).verdict === "regression"),
      },
      {
        name: "a bare percentage says 5 % or more",
        bound: { atLeast: 0.5 },
        of: (answer) => Number((lcp(answer).raw?.percent ?? 0) >= 5),
      },
    ],
  },
  {
    name: "few-samples",
    about: "twice as slow, with 192 views on each side",
    runs: 60,
    site: () => concurrent(8, { identical: true, viewsPerVisitor: 1, factor: () => 2 }),
    question: SAME_DAY,
    measures: [exactly("not enough data", (answer) => lcp(answer).verdict === "not-enough-data")],
  },
  {
    name: "identical-concurrent",
    about: "the very same page views on both sides, in the same hours",
    runs: 10,
    site: () => ({
      routes: 1,
      viewsPerVisitor: 5,
      identical: true,
      loads: [
        { buildVersion: "old", from: -8, to: DAY, perHour: 12 },
        { buildVersion: "new", from: 0, to: DAY, perHour: 12 },
      ],
    }),
    question: SAME_DAY,
    measures: [judgedBy("model"), unchanged],
  },
  {
    name: "identical-after-a-week",
    about: "the very same page views every day",
    runs: 10,
    site: () => ({ ...afterAWeek(12, 5), identical: true }),
    question: SAME_DAY,
    measures: [judgedBy("model"), unchanged],
  },
];
