import { describe, expect, it } from "vitest";
import { AnnouncementError, parseAnnouncement } from "../../../app/ingest/announcement";
import { DAY } from "../../../app/vitals/time";
import { NOW } from "../../support/measurements";

const parse = (body: unknown) =>
  parseAnnouncement(typeof body === "string" ? body : JSON.stringify(body), NOW);

describe("parseAnnouncement", () => {
  it("requires only a build version, and defaults to the current time", () => {
    expect(parse({ buildVersion: "2.4.1" })).toEqual({ buildVersion: "2.4.1", announcedAt: NOW, link: null });
    expect(parse({ buildVersion: "2.4.1", time: null, link: null, else: 1 })).toEqual(
      parse({ buildVersion: "2.4.1" }),
    );
  });

  it.each<[unknown, number]>([
    ["2026-11-22T10:00:00Z", Date.UTC(2026, 10, 22, 10)],
    ["2026-11-22T10:00:00.250Z", Date.UTC(2026, 10, 22, 10, 0, 0, 250)],
    ["2026-11-22T10:00+01:00", Date.UTC(2026, 10, 22, 9)],
    ["2026-11-22", Date.UTC(2026, 10, 22)],
    [1_795_343_400_000, 1_795_343_400_000],
    // `date +%s`, and `date +%s.%N`.
    [1_795_343_400, 1_795_343_400_000],
    [1_795_343_400.123456, 1_795_343_400_123],
    [0, 0],
    [NOW + DAY, NOW + DAY],
  ])("reads the time %s", (time, announcedAt) => {
    expect(parse({ buildVersion: "a", time }).announcedAt).toBe(announcedAt);
  });

  it("accepts a link", () => {
    const link = "https://git.example/releases/2.4.1?x=1#notes";
    expect(parse({ buildVersion: "a", link }).link).toBe(link);
  });

  it("keeps the build version unchanged", () => {
    for (const buildVersion of ["<b>", " ", "all", "previous", "a".repeat(2048), "版本"]) {
      expect(parse({ buildVersion }).buildVersion).toBe(buildVersion);
    }
  });
});

describe("parseAnnouncement with an invalid field", () => {
  it.each<[unknown, RegExp]>([
    ["", /^The body is not JSON\.$/],
    ["{", /^The body is not JSON\.$/],
    ["[]", /^The body must be a JSON object\.$/],
    ["null", /^The body must be a JSON object\.$/],
    [{}, /^buildVersion must be/],
    [{ buildVersion: "" }, /^buildVersion must be/],
    [{ buildVersion: 7 }, /^buildVersion must be/],
    [{ buildVersion: "a\n" }, /^buildVersion must be/],
    [{ buildVersion: "\ud800" }, /^buildVersion must be/],
    [{ buildVersion: "a".repeat(2049) }, /^buildVersion must be/],
    ['{"__proto__":{"buildVersion":"a"}}', /^buildVersion must be/],
    [{ buildVersion: "unknown" }, /^unknown stands for builds without a name/],
    [{ buildVersion: "(other)" }, /^\(other\) stands for builds without a name/],
    [{ buildVersion: "a", time: "yesterday" }, /^time must be/],
    [{ buildVersion: "a", time: "2026-11-22T10:00:00" }, /^time must be/],
    [{ buildVersion: "a", time: "22 Nov 2026" }, /^time must be/],
    [{ buildVersion: "a", time: "2026-02-30T10:00:00Z" }, /^time must be/],
    [{ buildVersion: "a", time: 1.5 }, /^time must be/],
    [{ buildVersion: "a", time: -1 }, /^time must be/],
    [{ buildVersion: "a", time: NOW + DAY + 1 }, /^time must be/],
    [{ buildVersion: "a", time: {} }, /^time must be/],
    [{ buildVersion: "a", time: "1795343400" }, /^time must be .*seconds/],
    [{ buildVersion: "a", time: 1_795_343_400_000_000 }, /^time must be/],
    [
      { buildVersion: "a", timestamp: 1_795_343_400 },
      /^timestamp is no field of an announcement; time is\.$/,
    ],
    [{ buildVersion: "a", Time: 1_795_343_400 }, /^Time is no field of an announcement; time is\.$/],
    [{ build_version: "a" }, /^build_version is no field of an announcement; buildVersion is\.$/],
    [{ buildVersion: "a", url: "https://a.example" }, /^url is no field of an announcement; link is\.$/],
    [
      { buildVersion: "a", link: "https://x:secret@a.example" },
      /^link must not hold a user name or password/,
    ],
    [{ buildVersion: "a", link: "javascript:alert(1)" }, /^link must be/],
    [{ buildVersion: "a", link: "/releases" }, /^link must be/],
    [{ buildVersion: "a", link: `https://a.example/${"a".repeat(2048)}` }, /^link must be/],
    [{ buildVersion: "a", link: ["https://a.example"] }, /^link must be/],
  ])("rejects %o and names the field", (body, message) => {
    expect(() => parse(body)).toThrow(AnnouncementError);
    expect(() => parse(body)).toThrow(message);
  });
});
