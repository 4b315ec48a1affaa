import { describe, expect, it } from "vitest";
import { COMPARE_PREVIOUS, type CockpitQuery, parseQuery } from "../../../../app/query/cockpit-query";
import {
  currentRelease,
  isMeasuredOtherwise,
  releasePair,
} from "../../../../app/query/comparison/release-pair";
import type { ReleaseHistory } from "../../../../app/query/releases/releases-result";
import type { Release } from "../../../../app/vitals/release";
import { releaseTimeline } from "../../../../app/vitals/release-timeline";
import { DAY, HOUR } from "../../../../app/vitals/time";
import { fastestOf } from "../../../support/timing";

/** Midnight (UTC); hours count from it. */
const START = 20_000 * DAY;

const releaseOf = (buildVersion: string, given: Partial<Release> = {}): Release => ({
  ...{
    buildVersion,
    firstSeenAt: null,
    lastSeenAt: null,
    announcedAt: null,
    link: null,
    vouchedAt: 0,
    libraries: {},
  },
  ...given,
});

/** Releases with page views by hour, as the cockpit knows them. */
function releasesOf(
  builds: Record<string, number[]>,
  given: Record<string, Partial<Release>> = {},
): ReleaseHistory {
  const hours = Object.entries(builds).flatMap(([buildVersion, counts]) =>
    counts
      .map((pageViews, i) => ({ hour: START / HOUR + i, buildVersion, pageViews }))
      .filter(({ pageViews }) => pageViews > 0),
  );
  const releases = Object.entries(builds).map(([buildVersion, counts]) => {
    const seen = counts.flatMap((n, i) => (n > 0 ? [i] : []));
    return releaseOf(buildVersion, {
      firstSeenAt: seen.length === 0 ? null : START + (seen[0] as number) * HOUR + 1,
      lastSeenAt: seen.length === 0 ? null : START + ((seen.at(-1) as number) + 1) * HOUR - 1,
      ...given[buildVersion],
    });
  });
  return { releases, timeline: releaseTimeline(hours, new Set()), hours };
}

const PREVIOUS: Pick<CockpitQuery, "release" | "compare"> = { release: null, compare: COMPARE_PREVIOUS };
const withBuild = (buildVersion: string) => ({ with: "build", buildVersion }) as const;

/** What a query of the hours up to `to` compares. */
function pairOf(
  releases: ReleaseHistory,
  query: Partial<typeof PREVIOUS> = {},
  { from = 0, to = 24, now = to }: { from?: number; to?: number; now?: number } = {},
): string {
  const window = { from: START + from * HOUR, to: START + to * HOUR };
  const pair = releasePair({ ...PREVIOUS, ...query }, releases, window, START + now * HOUR);
  if (pair.status === "unavailable") return `${pair.current} against ${pair.baseline}: ${pair.reason}`;
  return `${pair.current.buildVersion} against ${pair.baseline.buildVersion}`;
}

describe("the releases that are compared", () => {
  const three = releasesOf({ a: [100, 100, 0, 0], b: [0, 0, 100, 0], c: [0, 0, 0, 100] });

  it("are the current one and the one that it replaced", () => {
    expect(pairOf(three)).toBe("c against b");
    expect(pairOf(three, { release: "b" })).toBe("b against a");
    expect(pairOf(three, { compare: withBuild("a") })).toBe("c against a");
    expect(pairOf(three, { release: "a", compare: withBuild("c") })).toBe("a against c");
  });

  it("are those of the view's end, for a permalink", () => {
    expect(pairOf(three, {}, { to: 3, now: 24 })).toBe("b against a");
    expect(pairOf(three, {}, { to: 2, now: 24 })).toBe("a against null: no-previous");
    expect(pairOf(three, {}, { from: -5, to: 0, now: 24 })).toBe("null against null: no-release");
    const { timeline } = three;
    expect(currentRelease({ release: null }, timeline, { from: START, to: START + 3 * HOUR })).toBe("b");
    expect(currentRelease({ release: "x" }, timeline, { from: START, to: START + 3 * HOUR })).toBe("x");
  });

  it("after a rollback are the old version, current again, and the abandoned one", () => {
    const rolledBack = releasesOf({ a: [100, 100, 10, 100, 100], b: [0, 10, 100, 10, 0] });
    expect(pairOf(rolledBack)).toBe("a against b");
    expect(pairOf(rolledBack, { release: "b" })).toBe("b against a");
    expect(pairOf(rolledBack, { release: "a" }, { to: 2 })).toBe("a against null: no-previous");
  });

  it("of two releases within one hour are those that led", () => {
    expect(pairOf(releasesOf({ a: [100, 100, 0], b: [0, 0, 40], c: [0, 0, 60] }))).toBe("c against a");
    expect(pairOf(releasesOf({ a: [100, 0, 0], b: [0, 55, 0], c: [0, 45, 90] }))).toBe("c against b");
    // The one that led no hour is compared with the one that leads.
    const never = releasesOf({ a: [100, 100, 0], b: [0, 0, 40], c: [0, 0, 60] });
    expect(pairOf(never, { release: "b" })).toBe("b against c");
  });

  it("of a canary are itself and the release that leads", () => {
    const canary = releasesOf({ a: [980, 980], canary: [20, 20] });
    expect(pairOf(canary, { release: "canary" })).toBe("canary against a");
    expect(pairOf(canary)).toBe("a against null: no-previous");
  });

  it("are none, where there is but one release, or none", () => {
    expect(pairOf(releasesOf({ a: [100, 100] }))).toBe("a against null: no-previous");
    expect(pairOf(releasesOf({}))).toBe("null against null: no-release");
    expect(pairOf(releasesOf({ a: [3] }))).toBe("null against null: no-release");
  });

  it("are none where a name is not known, in another case too, or is the same twice", () => {
    expect(pairOf(three, { release: "z" })).toBe("z against null: unknown-release");
    expect(pairOf(three, { compare: withBuild("z") })).toBe("c against z: unknown-baseline");
    expect(pairOf(three, { compare: withBuild("B") })).toBe("c against B: unknown-baseline");
    expect(pairOf(three, { release: "C" })).toBe("C against null: unknown-release");
    expect(pairOf(three, { release: "c", compare: withBuild("c") })).toBe("c against c: same-release");
    expect(pairOf(three, { compare: withBuild("c") })).toBe("c against c: same-release");
  });

  it("may differ in nothing but the case of their names", () => {
    expect(pairOf(releasesOf({ "v1.0": [100, 0], "V1.0": [0, 100] }))).toBe("V1.0 against v1.0");
  });

  it.each(["previous", "true", "all"])("may be called %s", (name) => {
    const releases = releasesOf({ a: [100, 0, 0], [name]: [0, 100, 0], c: [0, 0, 100] });
    const asked = (search: string): string => pairOf(releases, parseQuery(new URLSearchParams(search)).query);
    expect(asked(`compare==${name}`)).toBe(`c against ${name}`);
    expect(asked(`compare=%3D${name}&release=a`)).toBe(`a against ${name}`);
    expect(asked(`compare=previous&release==${name}`)).toBe(`${name} against a`);
    expect(asked("compare=true")).toBe(`c against ${name}`);
    expect(asked("compare=previous")).toBe(`c against ${name}`);
  });

  it("are found among 10,000, and quickly", async () => {
    const hours = Array.from({ length: 10_000 }, (_, hour) => ({
      ...{ hour: START / HOUR + hour, buildVersion: `1.0.${hour}`, pageViews: 100 },
    }));
    const many: ReleaseHistory = {
      releases: hours.map(({ buildVersion, hour }) => releaseOf(buildVersion, { firstSeenAt: hour * HOUR })),
      timeline: releaseTimeline(hours, new Set()),
      hours,
    };
    const took = await fastestOf(1_000, () => {
      expect(pairOf(many, {}, { to: 10_000 })).toBe("1.0.9999 against 1.0.9998");
      expect(pairOf(many, { release: "1.0.5000" }, { to: 10_000 })).toBe("1.0.5000 against 1.0.4999");
      expect(pairOf(many, { compare: withBuild("1.0.0") }, { to: 10_000 })).toBe("1.0.9999 against 1.0.0");
    });
    // It is a few ms.
    expect(took).toBeLessThan(1_000);
  });
});

describe("when a release appeared", () => {
  const switched = (given: Partial<Release> = {}) =>
    releasesOf({ a: [100, 100, 10], b: [0, 10, 100] }, { b: { firstSeenAt: START + 2.5 * HOUR, ...given } });
  const found = (releases: ReleaseHistory, now: number) => {
    const pair = releasePair(PREVIOUS, releases, { from: START, to: START + 24 * HOUR }, START + now * HOUR);
    if (pair.status === "unavailable") throw new Error(pair.reason);
    const hour = (time: number): number => (time - START) / HOUR;
    return {
      since: (pair.since ?? Number.NaN) - START / HOUR,
      at: hour(pair.deployedAt),
      isCurrent: pair.isCurrent,
    };
  };

  it("is when it was announced or first seen in the first hour of its stretch, else that hour", () => {
    expect(found(switched(), 5)).toMatchObject({ since: 2, at: 2.5 });
    expect(found(switched({ announcedAt: START + 2.25 * HOUR }), 5)).toMatchObject({ at: 2.25 });
    expect(found(switched({ announcedAt: START + 9 * HOUR }), 5)).toMatchObject({ at: 2.5 });
    expect(found(switched({ firstSeenAt: START + 1.5 * HOUR }), 5)).toMatchObject({ since: 2, at: 2 });
  });

  it("says when it stopped being a fair part of the traffic", () => {
    expect(found(switched(), 26)).toMatchObject({ isCurrent: true });
    const replaced = releasesOf({ a: [100, 0, 0, 0], b: [0, 100, 40, 10], c: [0, 0, 60, 90] });
    const pair = releasePair(
      { ...PREVIOUS, release: "b" },
      replaced,
      { from: START, to: START + 4 * HOUR },
      START + 4 * HOUR,
    );
    expect(pair).toMatchObject({
      status: "compared",
      isCurrent: false,
      replacedAt: START + 3 * HOUR,
    });
  });

  it("is one stretch where both releases lead in turn", () => {
    const flipping = releasesOf({ a: [100, 55, 45, 55, 45], b: [0, 45, 55, 45, 55] });
    const pair = releasePair(PREVIOUS, flipping, { from: START, to: START + 5 * HOUR }, START + 5 * HOUR);
    expect(pair).toMatchObject({ since: START / HOUR + 1, replacedAt: null, isCurrent: true });
  });

  it("of one that never led is when it was announced or first seen", () => {
    const canary = releasesOf({ a: [980], canary: [20] });
    const pair = releasePair(
      { ...PREVIOUS, release: "canary" },
      canary,
      { from: START, to: START + HOUR },
      START + HOUR,
    );
    expect(pair).toMatchObject({
      status: "compared",
      since: null,
      deployedAt: START + 1,
      replacedAt: null,
      isCurrent: true,
    });
  });
});

describe("the measuring library", () => {
  const of = (libraries: Record<string, number>): Release => releaseOf("a", { libraries });

  it("changed where most of the measurements come from other major versions", () => {
    expect(isMeasuredOtherwise(of({ "web-vitals/4": 100 }), of({ "web-vitals/5": 100 }))).toBe(true);
    expect(isMeasuredOtherwise(of({ "web-vitals/5": 100 }), of({ "web-vitals/5": 9_000 }))).toBe(false);
    // A few stragglers with old tabs.
    expect(
      isMeasuredOtherwise(of({ "web-vitals/5": 80, "web-vitals/4": 20 }), of({ "web-vitals/5": 100 })),
    ).toBe(false);
    expect(
      isMeasuredOtherwise(of({ "web-vitals/5": 79, "web-vitals/4": 21 }), of({ "web-vitals/5": 100 })),
    ).toBe(true);
    expect(
      isMeasuredOtherwise(of({ "web-vitals/5": 50, faro: 50 }), of({ "web-vitals/5": 500, faro: 500 })),
    ).toBe(false);
  });

  it("is not known to have changed where one side says nothing of it", () => {
    expect(isMeasuredOtherwise(of({}), of({ "web-vitals/5": 100 }))).toBe(false);
  });
});
