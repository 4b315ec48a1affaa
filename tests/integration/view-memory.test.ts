import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vitalsJson } from "../../app/presenters/api/vitals-json";
import { type CockpitQuery, DEFAULT_QUERY } from "../../app/query/cockpit-query";
import { createReleaseMemory, type ReleaseMemory } from "../../app/query/releases/release-memory";
import { queryReleases } from "../../app/query/releases/releases.server";
import { createSummaryReader, type SummaryReader } from "../../app/query/summaries/summary-reader.server";
import { queryRoutes, queryView } from "../../app/query/view/view.server";
import { createViewMemory, type ViewMemory } from "../../app/query/view/view-memory";
import { DEVICES } from "../../app/vitals/devices";
import type { Measurement } from "../../app/vitals/measurement";
import { METRICS } from "../../app/vitals/metrics";
import { DAY, FIVE_MINUTES, HOUR, MINUTE } from "../../app/vitals/time";
import { aValueOf, examples, measurement, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

const PLENTY = 64 * 1024 * 1024;
const ROUTES = ["/a", "/b", "/c/[id]"];
const BUILDS = ["1", "2"];

/** What happens to a database, and to a cockpit that reads it. */
type Step =
  | { do: "report"; reports: Measurement[] }
  | { do: "wait"; ms: number }
  | { do: "expire" }
  | { do: "ask"; query: CockpitQuery };

/** Of a few ids, so that some are repeated; old ones, too. */
const report = fc.nat(60).chain((number): fc.Arbitrary<Measurement> => {
  const metric = METRICS[number % METRICS.length] ?? "LCP";
  return fc
    .record({
      value: aValueOf(metric),
      sequence: fc.nat(4),
      route: fc.constantFrom(...ROUTES),
      device: fc.constantFrom(...DEVICES),
      navigationType: fc.constantFrom(
        null,
        "navigate" as const,
        "prerender" as const,
        "soft-navigation" as const,
      ),
      buildVersion: fc.constantFrom(...BUILDS),
      receivedAt: fc.oneof(
        fc.integer({ min: NOW - 20 * DAY, max: NOW }),
        fc.integer({ min: NOW - 3 * HOUR, max: NOW }),
      ),
    })
    .map((changes) => measurement({ ...changes, id: `memory ${number}`, metric }));
});

/** Few, so that most are asked again after a write. */
const query: fc.Arbitrary<CockpitQuery> = fc
  .constantFrom<Partial<CockpitQuery>>(
    { range: "30d" },
    { range: "30d", navigation: "all", device: "mobile" },
    { range: "7d", release: "1" },
    { range: "24h" },
    { range: "7d", route: "/a" },
  )
  .map((changes) => ({ ...DEFAULT_QUERY, ...changes }));

const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("report" as const),
        reports: fc.array(report, { minLength: 1, maxLength: 12 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("wait" as const),
        ms: fc.oneof(fc.integer({ min: 1, max: FIVE_MINUTES }), fc.integer({ min: MINUTE, max: 30 * HOUR })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("expire" as const) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("ask" as const), query }) },
  ),
  { minLength: 12, maxLength: 30 },
);

type Cockpit = { read: SummaryReader; memory?: { view: ViewMemory; releases: ReleaseMemory } };

/** Everything that a page is rendered from, and the JSON endpoint's text. */
async function answer(store: Store, { read, memory }: Cockpit, query: CockpitQuery, isWaited: boolean) {
  const releases = await queryReleases(store.database.read, RETENTION.hourly, store.at, memory?.releases);
  const options = { isWaited, ...(memory !== undefined && { memory: memory.view }) };
  const view = await queryView(read, query, RETENTION, store.at, options);
  const routes = await queryRoutes(read, query, RETENTION, store.at, options);
  const input = { query, ignored: [], view, routes, comparison: null, now: store.at };
  return {
    releases,
    view,
    routes,
    text: JSON.stringify(vitalsJson({ ...input, releases: releases.releases })),
  };
}

type Answer = Awaited<ReturnType<typeof answer>>;

/** Compares sketches as bytes: `toEqual` visits each of their thousands of counts. */
function expectSame(actual: Answer, expected: Answer): void {
  expect(actual.text).toBe(expected.text);
  expect(isDeepStrictEqual(actual, expected)).toBe(true);
}

const remembering = (store: Store, bytes: number): Cockpit => ({
  read: createSummaryReader(store.database.read, bytes),
  memory: {
    view: createViewMemory({ closed: bytes, bases: bytes, routes: bytes, steps: bytes }),
    releases: createReleaseMemory(),
  },
});

describe("the memory of views and of the timeline", () => {
  it("changes no answer, whatever is written in between", async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.constantFrom(PLENTY, PLENTY, 2_000_000),
        fc.boolean(),
        async (steps, bytes, isWaited) => {
          const store = await Store.open();
          try {
            const cockpit = remembering(store, bytes);
            const forgetful = { read: createSummaryReader(store.database.read, 0) };
            for (const step of steps) {
              if (step.do === "wait") store.at += step.ms;
              if (step.do === "expire") await store.expire();
              if (step.do === "report") {
                await store.ingest(...step.reports);
                await store.fold();
              }
              if (step.do !== "ask") continue;
              const expected = await answer(store, forgetful, step.query, isWaited);
              expectSame(await answer(store, cockpit, step.query, isWaited), expected);
              // What is remembered is not changed by those who got it.
              expectSame(await answer(store, cockpit, step.query, isWaited), expected);
            }
          } finally {
            await store.close();
          }
        },
      ),
      { ...examples(8), endOnFailure: true },
    );
  });
});

describe("createViewMemory", () => {
  let store: Store;
  let cockpit: Cockpit;
  beforeAll(async () => {
    store = await Store.open();
    cockpit = remembering(store, PLENTY);
    const days = Array.from({ length: 20 }, (_, day) => day);
    await store.ingest(
      ...days.map((day) => measurement({ id: `day ${day}`, route: "/a", receivedAt: NOW - day * DAY })),
    );
    await store.fold();
  });
  afterAll(() => store?.close());

  const ask = () => answer(store, cockpit, { ...DEFAULT_QUERY, range: "30d" }, false);

  it("gives the routes of an unchanged view, and the steps of a changed one that did not change", async () => {
    const first = await ask();
    expect((await ask()).routes).toBe(first.routes);
    await store.ingest(measurement({ id: "newer", route: "/a", receivedAt: NOW }));
    await store.fold();
    const second = await ask();
    expect(second.routes).not.toBe(first.routes);
    const same = second.view.trend.filter(({ metrics }, i) => metrics === first.view.trend[i]?.metrics);
    expect(same).toHaveLength(second.view.trend.length - 1);
  });

  it("leaves the closed periods as they are, which each answer adds the open ones to", async () => {
    const forgetful = { read: createSummaryReader(store.database.read, 0) };
    for (const [number, route] of ["/a", "/b", "/a", "/a"].entries()) {
      await store.ingest(measurement({ id: `open ${number}`, route, receivedAt: NOW }));
      await store.fold();
      expectSame(await ask(), await answer(store, forgetful, { ...DEFAULT_QUERY, range: "30d" }, false));
    }
  });
});
