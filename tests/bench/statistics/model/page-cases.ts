import type { Random } from "../../../../app/cli/sample/random";
import { erased, type ModelCase } from "./model-case";
import {
  changesOf,
  findingsAt,
  type PageChanges,
  type PageNoise,
  type PageShape,
  redBadges,
  simulatePage,
} from "./page";
import { HARSH, OWN } from "./traffic";

const AGE = 48;

/** A roll-out within three hours. */
const rollOut = (age: number): number => (age < 0 ? 0 : Math.min(1, (age + 0.5) / 3));

const nothing = { count: 16, ownDays: 0, effect: () => 0 };

/** What a page says at 48 hours, and whether any look before that had a false red badge on a route. */
type LookedAt = { changes: PageChanges; hadRedRoute: boolean };

/** Hours between the looks of somebody who looks often. */
const LOOK_EVERY = 4;

function lookedAt(shape: PageShape, random: Random): LookedAt {
  const looked = simulatePage({ rollOut, ...shape }, random);
  const noise: PageNoise = new Map();
  const look = (age: number): PageChanges => changesOf(findingsAt(looked, age, noise), age);
  // The noise is that of the last look.
  const changes = look(AGE);
  const ages = Array.from({ length: AGE / LOOK_EVERY }, (_, i) => (i + 1) * LOOK_EVERY);
  const hadRedRoute = ages.some((age) => hasRedRoute(age === AGE ? changes : look(age)));
  return { changes, hadRedRoute };
}

const hasRedRoute = (changes: PageChanges): boolean => redBadges(changes).some(({ route }) => route !== null);

const quiet = (name: string, about: string, shape: PageShape): ModelCase =>
  erased({
    name,
    about: `${about}, a page of 16 routes and five metrics at 7,000 page views a day; nothing changed`,
    runs: 100,
    measures: [
      {
        name: "at least one false red badge",
        bound: { atMost: 0.05 },
        of: ({ changes }: LookedAt) => Number(redBadges(changes).length > 0),
      },
      {
        name: "… on a route",
        bound: { atMost: 0.05 },
        of: ({ changes }: LookedAt) => Number(hasRedRoute(changes)),
      },
      {
        name: "… on a route, at any look every four hours",
        bound: { atMost: 0.05 },
        of: ({ hadRedRoute }: LookedAt) => Number(hadRedRoute),
      },
    ],
    answer: (random) => lookedAt(shape, random),
  });

const SLOWER = 20;
const isSlower = (route: string | null): boolean => route !== null && Number(route) < SLOWER;

/** Routes whose LCP is called, in either direction. */
const calledRoutes = ({ routes }: PageChanges) =>
  [...routes].flatMap(([route, changes]) =>
    Object.entries(changes).flatMap(([metric, { verdict }]) =>
      verdict === "regression" || verdict === "improvement" ? [{ route, metric, verdict }] : [],
    ),
  );

const twentyOfHundred: ModelCase = erased({
  name: "page-20-of-100",
  about: "own traffic, 20 of 100 routes 20 % slower at 20,000 page views a day",
  runs: 20,
  measures: [
    {
      name: "false among the badges of routes",
      bound: { atMost: 0.1 },
      of: (changes: PageChanges) => {
        const called = calledRoutes(changes);
        const wrong = called.filter(({ route, verdict }) => !isSlower(route) || verdict !== "regression");
        return called.length === 0 ? 0 : wrong.length / called.length;
      },
    },
    {
      name: "slower routes of 200 samples whose LCP is found",
      bound: { atLeast: 0.6 },
      of: ({ routes }: PageChanges) => {
        const judged = [...routes].filter(
          ([route, { LCP }]) => isSlower(route) && LCP !== undefined && LCP.verdict !== "not-enough-data",
        );
        const found = judged.filter(([, { LCP }]) => LCP?.verdict === "regression");
        return judged.length === 0 ? null : found.length / judged.length;
      },
    },
  ],
  answer: (random) => {
    const effect = (route: number): number => (route < SLOWER ? Math.log(1.2) : 0);
    const routes = { count: 100, ownDays: 0, effect };
    return changesOf(
      findingsAt(simulatePage({ rollOut, traffic: OWN, perDay: 20_000, routes }, random), AGE),
      AGE,
    );
  },
});

export const PAGE_CASES: readonly ModelCase[] = [
  quiet("page-own", "own traffic", { traffic: OWN, routes: nothing }),
  quiet("page-harsh", "harsh traffic, days of single routes that differ by 2 %", {
    traffic: HARSH,
    routes: { ...nothing, ownDays: 0.02 },
  }),
  twentyOfHundred,
];
