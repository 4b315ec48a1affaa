import { describe, expect, it } from "vitest";
import { lookSentence, shortLook } from "../../../../app/presenters/comparison/looks";
import type { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import type { Change, Comparison } from "../../../../app/query/comparison/comparison-result";
import { DAY } from "../../../../app/vitals/time";
import { NOW } from "../views";
import { changeOf } from "./comparisons";

const SITE = { route: null, tz: "UTC" };
const APPEARED = NOW - 1.5 * DAY;
const first = { kind: "first-day", at: APPEARED + DAY } as const;
const second = { kind: "second-day", at: APPEARED + 2 * DAY } as const;
const replacement = { kind: "replacement", at: NOW } as const;

const sentence = (
  look: Change["look"],
  looks: Comparison["looks"],
  query = SITE as typeof SITE | typeof ROUTE,
) => lookSentence({ look }, { looks }, query, NOW);
const ROUTE = { route: "/a", tz: "UTC" };

describe("lookSentence", () => {
  it("names the look of the verdict and the next one", () => {
    expect(sentence(first, { last: first, next: second })).toBe(
      "Verdict of the look at 24 h (23 Nov 00:30 UTC). Next look: 24 Nov 00:30 UTC.",
    );
    expect(sentence(second, { last: second, next: { kind: "replacement", at: null } })).toBe(
      "Verdict of the look at 48 h (24 Nov 00:30 UTC). Next look: at its replacement.",
    );
    expect(sentence(replacement, { last: replacement, next: null })).toBe(
      "Verdict of the last look (23 Nov 12:30 UTC). No look follows.",
    );
  });

  it("names the live bound before the first look, and where a look settled nothing", () => {
    expect(sentence(null, { last: null, next: first })).toBe(
      "Verdict of now, by the bound of a live release. Next look: 23 Nov 00:30 UTC.",
    );
    expect(sentence(null, { last: first, next: second })).toBe(
      "Verdict of now, by the bound of a live release, after the look at 24 h (23 Nov 00:30 UTC). Next look: 24 Nov 00:30 UTC.",
    );
  });

  it("uses the time zone of the view", () => {
    expect(
      lookSentence(
        { look: first },
        { looks: { last: first, next: null } },
        { route: null, tz: "Asia/Tokyo" },
        NOW,
      ),
    ).toContain("23 Nov 09:30 GMT+9");
  });

  it("is one look of now for a route, whichever looks its release has", () => {
    expect(sentence(null, { last: first, next: second }, ROUTE)?.replaceAll("\u202f", " ")).toBe(
      "Verdict of one look, now: all routes and metrics share a false discovery rate of 7 %.",
    );
  });

  it("is null without looks", () => {
    expect(sentence(null, null)).toBeNull();
  });
});

describe("shortLook", () => {
  const short = (change: Partial<Change>, query = { route: null } as Pick<typeof DEFAULT_QUERY, "route">) =>
    shortLook(changeOf(change), { looks: { last: first, next: second } }, query);

  it("is the look of the verdict, or live", () => {
    expect([first, second, replacement, null].map((look) => short({ look }))).toEqual([
      ...["at 24 h", "at 48 h", "last look", "live"],
    ]);
  });

  it("is null for a route, and where the verdict is called early", () => {
    expect(short({}, { route: "/a" })).toBeNull();
    expect(short({ early: true, verdict: "regression" })).toBeNull();
    expect(short({ early: true, verdict: "inconclusive" })).toBe("live");
  });
});
