import { OTHER, UNKNOWN_BUILD } from "../vitals/measurement";
import { DAY, parseTime } from "../vitals/time";
import { type Fields, isLabel, isObject, ownProperty } from "./validate";

/** What is wrong with an announcement, for its sender. */
export class AnnouncementError extends Error {
  override name = "AnnouncementError";
}

/** A deploy; `announcedAt` in ms since the epoch. */
export type Announcement = { buildVersion: string; announcedAt: number; link: string | null };

const MAX_LINK = 2048;

/** What other programs call the fields: an announcement whose time or link nobody reads would be accepted otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{
    version: "buildVersion",
    build: "buildVersion",
    release: "buildVersion",
    buildversion: "buildVersion",
  },
  ...{ timestamp: "time", date: "time", at: "time", when: "time", announcedat: "time", deployedat: "time" },
  ...{ url: "link", href: "link" },
};

/** @throws AnnouncementError naming the field that is meant */
function refuseOtherNames(body: Fields): void {
  for (const name of Object.keys(body)) {
    const plain = name.replaceAll(/[_-]/g, "").toLowerCase();
    const meant = Object.hasOwn(OTHER_NAMES, plain)
      ? OTHER_NAMES[plain]
      : FIELDS.find((field) => field === plain);
    if (meant !== undefined && meant !== name) {
      throw new AnnouncementError(`${name.slice(0, 40)} is no field of an announcement; ${meant} is.`);
    }
  }
}

const FIELDS = ["buildVersion", "time", "link"];

/**
 * Reads `{"buildVersion": "2.4.1", "time": "2026-11-22T10:00:00Z", "link": "https://…"}`; `time` (ISO 8601, or ms or
 * seconds since the epoch) is now where it is absent, and `link` may be absent too.
 * @throws AnnouncementError naming the field that can't be used
 */
export function parseAnnouncement(text: string, now: number): Announcement {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AnnouncementError("The body is not JSON.");
  }
  if (!isObject(body)) throw new AnnouncementError("The body must be a JSON object.");
  refuseOtherNames(body);
  const buildVersion = ownProperty(body, "buildVersion");
  if (!isLabel(buildVersion)) {
    throw new AnnouncementError(
      "buildVersion must be a text of 1 to 2,048 characters without control characters.",
    );
  }
  if (buildVersion === OTHER || buildVersion === UNKNOWN_BUILD) {
    throw new AnnouncementError(`${buildVersion} stands for builds without a name and can't be announced.`);
  }
  return {
    buildVersion,
    announcedAt: parseAnnouncedAt(ownProperty(body, "time"), now),
    link: parseLink(ownProperty(body, "link")),
  };
}

function parseAnnouncedAt(time: unknown, now: number): number {
  if (time === undefined) return now;
  const ms = parseTime(time);
  if (ms === null || !Number.isSafeInteger(ms) || ms < 0 || ms > now + DAY) {
    throw new AnnouncementError(
      "time must be ISO 8601 with its zone, or a number of ms or seconds since the epoch, and not more than a day ahead.",
    );
  }
  return ms;
}

function parseLink(link: unknown): string | null {
  if (link === undefined) return null;
  const usable =
    typeof link === "string" &&
    link.length <= MAX_LINK &&
    URL.canParse(link) &&
    /^https?:$/.test(new URL(link).protocol);
  if (!usable) throw new AnnouncementError("link must be an http or https URL.");
  const { username, password } = new URL(link);
  if (username !== "" || password !== "") {
    throw new AnnouncementError(
      "link must not hold a user name or password: every reader of the page sees it.",
    );
  }
  return link;
}
