import { describe, expect, it } from "vitest";
import { buildAt, type Deploy, makeDeploys } from "../../../../app/cli/sample/releases";
import { DAY, HOUR } from "../../../../app/vitals/time";

const TO = Date.parse("2026-11-23T00:00:00Z");

describe.each([1 / 24, 1, 3, 8.3, 9, 30, 90, 400])("makeDeploys over %d days", (days) => {
  const window = { from: TO - days * DAY, to: TO };
  const runs = Array.from({ length: 50 }, (_, seed) => makeDeploys(seed, window));

  it("returns deploys in order, within the window, each rolled out before the next", () => {
    for (const deploys of runs) {
      for (let i = 1; i < deploys.length; i += 1) {
        const { at, rollout } = deploys[i] as Deploy;
        const next = deploys[i + 1]?.at ?? window.to;
        expect(at).toBeGreaterThan(Math.max(window.from, deploys[i - 1]?.at ?? 0));
        expect(at + rollout).toBeLessThanOrEqual(next);
      }
    }
  });

  it("contains a rollback, and a last release with a regression and an improvement", () => {
    for (const deploys of runs) {
      const builds = deploys.map(({ build }) => build);
      const versions = builds.map(({ version }) => version);
      expect(versions.every((version) => /^2\.\d+\.\d+$/.test(version))).toBe(true);
      const twice = versions.filter((version, i) => versions.indexOf(version) !== i);
      expect(twice).toHaveLength(1);
      const back = versions.lastIndexOf(twice[0] ?? "");
      expect(versions[back - 2]).toBe(twice[0]);
      expect(back).toBeLessThan(builds.length - 2);
      expect(builds.map(({ regressed }) => regressed)).toEqual(builds.map((_, i) => i === builds.length - 1));
      expect(builds.map(({ improved }) => improved)).toEqual(builds.map((_, i) => i === builds.length - 1));
    }
  });
});

it("makeDeploys gives the last release the requested age, in gaps between releases", () => {
  const window = { from: TO - 30 * DAY, to: TO };
  const gap = (30 * DAY) / (15 - 0.25 + 1.75);
  for (let seed = 0; seed < 20; seed += 1) {
    const last = makeDeploys(seed, window, 1.75).at(-1) as Deploy;
    // Moved to working hours of its day.
    expect(Math.abs((TO - last.at) / gap - 1.75)).toBeLessThan(0.15 + DAY / gap);
    expect(TO - last.at).toBeGreaterThan(2 * DAY);
  }
});

it("buildAt gives a deploy to low luck first, and to everyone in the end", () => {
  const build = (version: string) => ({ version, regressed: false, improved: false });
  const deploys: Deploy[] = [
    { at: Number.NEGATIVE_INFINITY, rollout: 0, build: build("1") },
    { at: 10 * HOUR, rollout: 4 * HOUR, build: build("2") },
    { at: 20 * HOUR, rollout: 0, build: build("1") },
  ];
  const at = (hours: number, luck: number): string => buildAt(deploys, hours * HOUR, luck).version;
  expect(at(9.99, 0)).toBe("1");
  expect(at(10, 0)).toBe("2");
  expect(at(12, 0.49)).toBe("2");
  expect(at(12, 0.51)).toBe("1");
  expect(at(14, 0.999)).toBe("2");
  expect(at(20, 0.999)).toBe("1");
});
